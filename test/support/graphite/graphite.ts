import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMetricServer, type RunningServer } from '../metric-server.ts';

const PYTHON = '/usr/bin/python3';
const SERVE = fileURLToPath(new URL('./serve.py', import.meta.url));

/** False where a real Graphite can be started, else the reason to skip. */
export const GRAPHITE_SKIP: string | false = [
  '/usr/lib/python3/dist-packages/graphite/wsgi.py',
  '/usr/lib/python3/dist-packages/whisper.py',
].every((path) => existsSync(path))
  ? false
  : 'needs a real Graphite: apt-get install graphite-web';

/** By the name of each series: a value for each minute, of the last day. Instants in epoch milliseconds. */
export type GraphitePoints = Record<string, [at: number, value: number][]>;

/** Starts Graphite's web application on a free loopback port, over whisper files with these points. */
export async function startGraphite(points: GraphitePoints): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-graphite-'));
  const inSeconds = Object.entries(points).map(([name, all]) => [
    name,
    all.map(([at, value]) => [at / 1000, value]),
  ]);
  await writeFile(join(directory, 'points.json'), JSON.stringify(Object.fromEntries(inSeconds)));
  return startMetricServer(directory, {
    name: PYTHON,
    args: (address) => ['-W', 'ignore', SERVE, directory, address],
    readyPath: '/version/',
  });
}
