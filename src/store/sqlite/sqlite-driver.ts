import type { DatabaseSync } from 'node:sqlite';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import { Fault } from '../../errors.ts';
import type { CommitLog } from './commit-log.ts';
import { createStatements, isDamage, type Statement, type Statements } from './node-sqlite.ts';

/** One open database, which several Kysely instances may share: each holder has it for itself in its turn. */
export interface SharedDatabase {
  database: DatabaseSync;
  commits: CommitLog;
  statements: Statements;
  /** Resolves when the holder before has let go. */
  turn: Promise<void>;
  /** What kept a write from the disk; undefined again once one has been tried and got there. */
  trouble: Fault | undefined;
  /** That a part of the file could not be read; it stays. */
  damage: Fault | undefined;
  close(): void;
}

export function shareDatabase(
  database: DatabaseSync,
  commits: CommitLog,
  close: () => void,
): SharedDatabase {
  return {
    database,
    commits,
    statements: createStatements(database),
    turn: Promise.resolve(),
    trouble: undefined,
    damage: undefined,
    close,
  };
}

/**
 * `durable`: what is written is on the disk before its promise resolves, and so is what is read, or a reader
 * could act on what a power cut then takes back. `hasty`: neither; for what may be lost and made again.
 */
export function createSqliteDialect(shared: SharedDatabase, mode: 'durable' | 'hasty'): Dialect {
  return {
    createDriver: () => new SqliteDriver(shared, mode),
    createAdapter: () => new NodeSqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** The driver has its own queue, which it leaves before it waits for the disk. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /**
   * SQLite rolls schema changes back like any others, though Kysely does not count on it: with this,
   * a process killed while migrating leaves the old schema, not half of the new one.
   */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One turn with the database. */
class Holder implements DatabaseConnection {
  hasWritten = false;
  readonly letGo: () => void;
  readonly #shared: SharedDatabase;

  constructor(shared: SharedDatabase, letGo: () => void) {
    this.#shared = shared;
    this.letGo = letGo;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.run<Row>(sql, parameters);
  }

  run<Row>(sql: string, parameters: readonly unknown[] = []): QueryResult<Row> {
    const statement = this.#shared.statements.of(sql);
    if (statement.isWriter) this.hasWritten = true;
    try {
      return execute<Row>(statement, parameters);
    } catch (thrown) {
      const isWrite = statement.isWriter || sql === 'commit';
      if (thrown instanceof Fault && isDamage(thrown)) this.#shared.damage = thrown;
      else if (isWrite && thrown instanceof Fault) this.#shared.trouble = thrown;
      throw thrown;
    }
  }

  streamQuery(): never {
    throw new Error('the store streams no queries');
  }
}

function execute<Row>(
  { isReader, all, change }: Statement,
  parameters: readonly unknown[],
): QueryResult<Row> {
  if (isReader) return { rows: all(parameters) as Row[] };
  const { changes, lastInsertRowid } = change(parameters);
  return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
}

class SqliteDriver implements Driver {
  readonly #shared: SharedDatabase;
  readonly #mode: 'durable' | 'hasty';

  constructor(shared: SharedDatabase, mode: 'durable' | 'hasty') {
    this.#shared = shared;
    this.#mode = mode;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Holder> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = this.#shared.turn;
    this.#shared.turn = promise;
    await mine;
    return new Holder(this.#shared, resolve);
  }

  async beginTransaction(holder: Holder): Promise<void> {
    holder.run('begin');
  }

  async commitTransaction(holder: Holder): Promise<void> {
    holder.run('commit');
  }

  async rollbackTransaction(holder: Holder): Promise<void> {
    // SQLite itself rolls back when the disk is full; a second rollback would hide that error.
    if (this.#shared.database.isTransaction) holder.run('rollback');
  }

  /** Others go on while this one waits for the disk. */
  async releaseConnection(holder: Holder): Promise<void> {
    const isHasty = this.#mode === 'hasty';
    if (holder.hasWritten && !isHasty) this.#shared.commits.wrote();
    holder.letGo();
    if (isHasty) return;
    try {
      await this.#shared.commits.durable();
    } catch (thrown) {
      if (thrown instanceof Fault) this.#shared.trouble = thrown;
      throw thrown;
    }
  }

  async destroy(): Promise<void> {
    await this.#shared.turn;
    await this.#shared.commits.durable().catch(() => undefined); // who waited has been told
    this.#shared.close();
  }
}
