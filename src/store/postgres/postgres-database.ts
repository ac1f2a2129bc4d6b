import type { Pool, PoolConfig } from 'pg';
import type { Log } from '../../telemetry.ts';
import { migrate } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import { loadPg, type Pg } from './load-pg.ts';
import { createPostgresDialect, SteadyKysely } from './postgres-driver.ts';
import { reasonOf } from './postgres-faults.ts';

export interface PostgresSettings {
  /** With its password, so never to be told. */
  url: string;
  /** Most connections of this process, one more for its heartbeat aside. */
  maxConnections: number;
  /** After which the server ends a statement. */
  statementTimeoutMs: number;
}

export interface PostgresDatabase {
  db: SteadyKysely<Schema>;
  pg: Pg;
  /** How any further connection is made. */
  connection: PoolConfig;
}

/** How long one waits for a free connection, or for a server that does not answer. */
const CONNECT_MS = 5000;
/** The server ends a statement first; by then it does not answer at all. */
const SILENCE_MS = 5000;

/** Opens and migrates the database, which any number of processes may share. */
export async function openPostgresDatabase(
  settings: PostgresSettings,
  log: Log,
): Promise<PostgresDatabase> {
  const pg = await loadPg();
  const connection = connectionOf(pg, settings);
  await migrateOnce(pg, connection, log);
  const pool = watched(new pg.Pool({ ...connection, max: settings.maxConnections }), log);
  return { db: databaseOf(pool), pg, connection };
}

/** Over a connection of its own, without any time-out: a migration, and waiting for another's, may take long. */
async function migrateOnce(pg: Pg, connection: PoolConfig, log: Log): Promise<void> {
  const { statement_timeout: _, query_timeout: __, ...patient } = connection;
  const db = databaseOf(watched(new pg.Pool({ ...patient, max: 1 }), log));
  try {
    await migrate(db, 'a server');
  } finally {
    await db.destroy();
  }
}

function databaseOf(pool: Pool): SteadyKysely<Schema> {
  return new SteadyKysely<Schema>({ dialect: createPostgresDialect(pool) });
}

function connectionOf(pg: Pg, { url, statementTimeoutMs }: PostgresSettings): PoolConfig {
  return {
    connectionString: url,
    application_name: 'canary-verdict',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') => parserOf(pg, oid, format),
    },
  };
}

const BIGINT = 20;
const BYTEA = 17;

/** Instants are 64 bits wide and numbers here; bytes are what `node:sqlite` answers too. */
function parserOf(pg: Pg, oid: number, format: 'text' | 'binary' = 'text') {
  if (oid === BIGINT) return Number;
  if (oid === BYTEA) return (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
}

/** A connection that nobody uses may break at any time; without a listener that would end the process. */
function watched(pool: Pool, log: Log): Pool {
  const note = (error: Error) => {
    log.debug({ err: error }, `a connection to PostgreSQL broke: ${reasonOf(error)}`);
  };
  return pool.on('error', note).on('connect', (client) => void client.on('error', note));
}
