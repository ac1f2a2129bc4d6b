import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedServer } from '../installed-server.ts';
import { startMetricServer, type RunningServer } from '../metric-server.ts';

const SERVE = fileURLToPath(new URL('./serve.py', import.meta.url));
const { place, skip } = installedServer('clickhouse', 'chdb-core-26.9.0');

/** False where the engine of ClickHouse can be started, else the reason to skip. */
export const CLICKHOUSE_SKIP = skip;

/** Starts ClickHouse's engine on a free loopback port, after it has run these statements. */
export async function startClickhouse(statements: readonly string[]): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-clickhouse-'));
  const server = await startMetricServer(directory, {
    name: join(place, 'venv', 'bin', 'python3'),
    args: (address) => [SERVE, join(directory, 'data'), address],
    readyPath: '/ping',
  });
  for (const body of statements) {
    const answer = await fetch(server.url, { method: 'POST', body });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return server;
}
