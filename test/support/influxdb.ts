import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedServer } from './installed-server.ts';
import { startMetricServer, type RunningServer } from './metric-server.ts';

/** False where a real InfluxDB can be started, else the reason to skip. */
export const INFLUXDB_SKIP: string | false = existsSync('/usr/bin/influxd')
  ? false
  : 'needs a real InfluxDB 1: apt-get install influxdb';

const flux = installedServer('influxdb18', 'influxdb-1.8.3');

/** False where a real InfluxDB that has Flux can be started, else the reason to skip. */
export const FLUX_SKIP: string | false = flux.skip;

/** Starts a real InfluxDB 1.8 with Flux on a free loopback port. */
export async function startFlux(): Promise<RunningServer> {
  return startInfluxd(join(flux.place, 'influxd'), '  flux-enabled = true');
}

/** Starts a real InfluxDB 1 on a free loopback port. */
export async function startInfluxdb(): Promise<RunningServer> {
  return startInfluxd('influxd', '');
}

async function startInfluxd(program: string, more: string): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-influxdb-'));
  const config = (address: string) => `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${directory}/meta"
  logging-enabled = false
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "${address}"
  log-enabled = false
${more}
`;
  const file = join(directory, 'influxd.conf');
  // the address is known when the program is started
  return startMetricServer(directory, {
    name: 'sh',
    args: (address) => [
      '-c',
      `cat > influxd.conf <<'END'\n${config(address)}\nEND\nexec '${program}' -config ${file} 2>/dev/null`,
    ],
    readyPath: '/ping',
  });
}

export async function writeLines(
  url: string,
  database: string,
  lines: readonly string[],
): Promise<void> {
  const create = new URLSearchParams({ q: `CREATE DATABASE "${database}"` });
  await fetch(`${url}/query`, { method: 'POST', body: create });
  const answer = await fetch(`${url}/write?db=${database}&precision=ms`, {
    method: 'POST',
    body: lines.join('\n'),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
