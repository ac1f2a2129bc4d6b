import { after, before, describe } from 'node:test';
import { createPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { storeContract } from '../../contracts/store.ts';
import { POSTGRES_MISSING, startPostgres, type PostgresServer } from '../../support/postgres.ts';

const { log } = createTelemetry({ level: 'silent' });

describe('PostgreSQL 15', { skip: POSTGRES_MISSING }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  const open = async () => {
    const url = await server.createDatabase();
    return createPostgresStore({ url, maxConnections: 10, statementTimeoutMs: 30_000 }, log);
  };
  storeContract('PostgreSQL', open, { isShared: true });
});
