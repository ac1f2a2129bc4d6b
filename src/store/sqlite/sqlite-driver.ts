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
import { createCommitGroup, type CommitGroup } from './commit-group.ts';
import { createCommitLog, type CommitLog, type Sync } from './commit-log.ts';
import { createStatements, isDamage, type Statement, type Statements } from './node-sqlite.ts';

/** One open database, which several Kysely instances may share: each holder has it for itself in its turn. */
export interface SharedDatabase {
  database: DatabaseSync;
  statements: Statements;
  group: CommitGroup;
  commits: CommitLog;
  /** Resolves with what lets go of the database again, once the holder before has done so. */
  take(): Promise<() => void>;
  /** Commits within a moment what nobody waits for. */
  commitSoon(): void;
  /** What kept a write from the disk; undefined again once one has been tried and got there. */
  trouble: Fault | undefined;
  /** That a part of the file could not be read; it stays. */
  damage: Fault | undefined;
  /** A copy goes on only where no transaction is open: then none stays open for others to join. */
  isCopied: boolean;
  close(): void;
}

/** What nobody waits for is committed with what somebody does, or by then. */
const HASTY_MS = 10;

export function shareDatabase(
  database: DatabaseSync,
  sync: Sync,
  close: () => void,
): SharedDatabase {
  const statements = createStatements(database);
  const group = createCommitGroup(database, statements);
  let turn = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function take(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = turn;
    turn = promise;
    await mine;
    return resolve;
  }
  async function commit(ended?: () => void): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const letGo = await take();
    try {
      group.commit();
    } catch (thrown) {
      if (thrown instanceof Fault) shared.trouble = thrown;
      throw thrown;
    } finally {
      ended?.();
      letGo();
    }
  }
  const shared: SharedDatabase = {
    database,
    statements,
    group,
    commits: createCommitLog(sync, commit),
    take,
    // a failure is told by `trouble`, and by the next write that somebody waits for
    commitSoon: () =>
      void (timer ??= setTimeout(() => void commit().catch(() => {}), HASTY_MS).unref()),
    trouble: undefined,
    damage: undefined,
    isCopied: false,
    close,
  };
  return shared;
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
    const { statements, group } = this.#shared;
    const statement = statements.of(sql);
    try {
      if (statement.isWriter) {
        this.hasWritten = true;
        group.join();
      }
      return execute<Row>(statement, parameters);
    } catch (thrown) {
      group.note(thrown);
      if (thrown instanceof Fault && isDamage(thrown)) this.#shared.damage = thrown;
      else if (statement.isWriter && thrown instanceof Fault) this.#shared.trouble = thrown;
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
    return new Holder(this.#shared, await this.#shared.take());
  }

  async beginTransaction(holder: Holder): Promise<void> {
    this.#shared.group.join();
    holder.run('savepoint one');
  }

  async commitTransaction(holder: Holder): Promise<void> {
    holder.run('release one');
  }

  async rollbackTransaction(holder: Holder): Promise<void> {
    // SQLite itself rolls back when the disk is full; a second rollback would hide that error.
    if (!this.#shared.database.isTransaction) return;
    holder.run('rollback to one');
    holder.run('release one');
  }

  /** Others go on while this one waits for the disk. */
  async releaseConnection(holder: Holder): Promise<void> {
    const { group, commits, commitSoon, trouble, isCopied } = this.#shared;
    const { hasWritten } = holder;
    const isHasty = this.#mode === 'hasty';
    if (hasWritten && !isHasty) commits.wrote();
    try {
      // a write that may well fail must not take those with it who only read
      if (hasWritten && (trouble !== undefined || isCopied)) group.commit();
    } finally {
      holder.letGo();
    }
    if (isHasty) {
      if (hasWritten) commitSoon();
      return;
    }
    try {
      await commits.durable();
    } catch (thrown) {
      if (thrown instanceof Fault) this.#shared.trouble = thrown;
      throw thrown;
    }
  }

  async destroy(): Promise<void> {
    const { commits, take, group, close } = this.#shared;
    await commits.durable().catch(() => undefined); // who waited has been told
    await take();
    try {
      group.commit();
    } finally {
      close();
    }
  }
}
