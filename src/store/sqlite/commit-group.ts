import type { DatabaseSync } from 'node:sqlite';
import type { Statements } from './node-sqlite.ts';

/**
 * What several callers write, committed as one: each of their transactions is a savepoint in it, and pages that
 * many of them write are written once. Who wants to rely on it waits for the commit; nobody else sees it before,
 * as the process has the database to itself.
 */
export interface CommitGroup {
  /** Before a write: begins a group where none is open. */
  join(): void;
  /** An error after which SQLite may have undone the whole group. */
  note(thrown: unknown): void;
  /** Commits what is open, if anything is; throws why it was undone. */
  commit(): void;
}

export function createCommitGroup(database: DatabaseSync, statements: Statements): CommitGroup {
  let isOpen = false;
  /** Why SQLite undid the group; what came after it is undone as well, as nobody can tell them apart. */
  let undone: { why: unknown } | undefined;

  return {
    join() {
      if (database.isTransaction) return;
      statements.of('begin').change([]);
      isOpen = true;
    },
    note(thrown) {
      if (isOpen && !database.isTransaction) undone ??= { why: thrown };
    },
    commit() {
      if (!isOpen) return;
      isOpen = false;
      const lost = undone;
      undone = undefined;
      try {
        if (lost !== undefined) throw lost.why;
        statements.of('commit').change([]);
      } catch (thrown) {
        if (database.isTransaction) statements.of('rollback').change([]);
        throw thrown;
      }
    },
  };
}
