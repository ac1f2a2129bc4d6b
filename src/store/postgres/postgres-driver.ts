import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionBuilder,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { inDoubt, toStoreFault, troubleOf, unreachable, type Trouble } from './postgres-faults.ts';
import { pause, tryAgain } from './try-again.ts';

/** How long a restart of the server may take before those who wait for a connection are told. */
const RIDDEN_OUT_MS = 10_000;

/** A database whose transactions are run again where the server has undone them, or was lost before their end. */
export class SteadyKysely<DB> extends Kysely<DB> {
  override transaction(): TransactionBuilder<DB> {
    const builder = super.transaction();
    const once = builder.execute.bind(builder);
    builder.execute = (callback) => tryAgain(() => once(callback));
    return builder;
  }
}

export function createPostgresDialect(pool: Pool): Dialect {
  return {
    createDriver: () => new PostgresDriver(pool),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/**
 * One connection for as long as somebody needs it. Outside of a transaction, what only reads is asked again over
 * another connection when this one is lost; a write is not, as it may have been done.
 */
class Holder implements DatabaseConnection {
  isInTransaction = false;
  #client: PoolClient;
  #isLost = false;
  readonly #pool: Pool;

  constructor(pool: Pool, client: PoolClient) {
    this.#pool = pool;
    this.#client = client;
  }

  async executeQuery<Row>({ query, sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const isRead = query.kind === 'SelectQueryNode';
    const mayRepeat = (trouble: Trouble) =>
      !this.isInTransaction && (trouble === 'rolled-back' || (isRead && trouble === 'lost'));
    try {
      return await tryAgain(() => this.#ask<Row>(sql, parameters), mayRepeat);
    } catch (thrown) {
      throw toStoreFault(thrown);
    }
  }

  /** Also what a transaction begins and ends with. */
  async run<Row>(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult<Row>> {
    try {
      const { command, rowCount, rows } = await this.#client.query(sql, parameters.map(storable));
      if (!CHANGES.has(command)) return { rows: rows as Row[] };
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    } catch (thrown) {
      if (troubleOf(thrown) === 'lost') this.#isLost = true;
      throw thrown;
    }
  }

  streamQuery(): never {
    throw new Error('the store streams no queries');
  }

  /** A connection that was lost, or that a late answer may still come over, serves nobody else. */
  letGo(): void {
    this.#client.release(this.#isLost);
  }

  async #ask<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    if (this.#isLost && !this.isInTransaction) {
      this.letGo();
      this.#client = await connect(this.#pool);
      this.#isLost = false;
    }
    return this.run<Row>(sql, parameters);
  }
}

const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

/** PostgreSQL refuses a whole statement for one NUL in a text. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\uFFFD')
    : value;
}

class PostgresDriver implements Driver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Holder> {
    return new Holder(this.#pool, await connect(this.#pool));
  }

  async beginTransaction(holder: Holder): Promise<void> {
    holder.isInTransaction = true;
    await holder.run('begin');
  }

  async commitTransaction(holder: Holder): Promise<void> {
    try {
      await holder.run('commit');
    } catch (thrown) {
      throw inDoubt(thrown);
    }
  }

  /** Where the connection is lost, the server does it; that error must not hide the one before. */
  async rollbackTransaction(holder: Holder): Promise<void> {
    await holder.run('rollback').catch(() => undefined);
  }

  async releaseConnection(holder: Holder): Promise<void> {
    holder.letGo();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

/** Waits for a server that is just starting again. */
async function connect(pool: Pool): Promise<PoolClient> {
  const end = performance.now() + RIDDEN_OUT_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await pool.connect();
    } catch (thrown) {
      if (troubleOf(thrown) !== 'lost' || performance.now() >= end) throw unreachable(thrown);
      await pause(tries);
    }
  }
}
