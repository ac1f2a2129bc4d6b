import { Fault } from '../../errors.ts';
import { newId } from '../../new-id.ts';
import type { Log } from '../../telemetry.ts';
import type { OpenStore } from '../open-store.ts';
import { createSqlStore } from '../sql-store.ts';
import { openPostgresDatabase, type PostgresSettings } from './postgres-database.ts';
import { createPostgresPeers, LEASE_MS } from './postgres-peers.ts';
import { createPulse } from './pulse.ts';

/** The store in a PostgreSQL of version 13 or newer, for any number of processes. */
export async function createPostgresStore(
  settings: PostgresSettings,
  log: Log,
): Promise<OpenStore> {
  const { db, pg, connection } = await openPostgresDatabase(settings, log);
  const owner = newId();
  const peers = createPostgresPeers({
    owner,
    log,
    pulse: (onNotice) => createPulse(pg, connection, { log, onNotice }),
  });
  const store = createSqlStore(db, { owner, peers });
  const { executions, deliveries } = store;
  const brief = (leaseMs: number) => Math.min(leaseMs, LEASE_MS); // renewed while the work lasts
  await peers.start();
  return {
    ...store,
    executions: {
      ...executions,
      claim: (id, now, leaseMs) => executions.claim(id, now, brief(leaseMs)),
    },
    deliveries: {
      ...deliveries,
      claim: (id, now, leaseMs) => deliveries.claim(id, now, brief(leaseMs)),
    },
    trouble: peers.trouble,
    takeBackup: () => Promise.reject(copiedElsewhere()),
    async close() {
      await peers.close();
      await store.close();
    },
  };
}

function copiedElsewhere(): Fault {
  return new Fault(
    'conflict',
    'the store is a PostgreSQL, whose copies are its own affair: use pg_dump, or what its operator has',
    { subject: 'store' },
  );
}
