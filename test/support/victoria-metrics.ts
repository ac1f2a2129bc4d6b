import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMetricServer, type RunningServer } from './metric-server.ts';

/** False where a real VictoriaMetrics can be started, else the reason to skip. */
export const VICTORIA_METRICS_SKIP: string | false = existsSync('/usr/bin/victoria-metrics')
  ? false
  : 'needs a real VictoriaMetrics: apt-get install victoria-metrics';

/** One sample: its series as written in a query, its instant in epoch milliseconds, its value. */
export type StoredSample = [series: string, at: number, value: number];

/** Starts a real VictoriaMetrics on a free loopback port that remembers exactly these samples. */
export async function startVictoriaMetrics(samples: StoredSample[]): Promise<RunningServer> {
  const server = await startMetricServer(await mkdtemp(join(tmpdir(), 'canary-victoria-')), {
    name: 'victoria-metrics',
    args: (address) => [
      '-storageDataPath=data',
      `-httpListenAddr=${address}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
    ],
    readyPath: '/health',
  });
  const body = samples.map(([series, at, value]) => `${series} ${value} ${at}`).join('\n');
  await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body });
  await fetch(`${server.url}/internal/force_flush`); // what is in its buffers is not found yet
  return server;
}
