import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startMetricServer, type RunningServer } from './metric-server.ts';

/** False where a real Prometheus can be started, else the reason to skip. */
export const PROMETHEUS_SKIP: string | false = ['/usr/bin/prometheus', '/usr/bin/promtool'].every(
  (path) => existsSync(path),
)
  ? false
  : 'needs a real Prometheus: apt-get install prometheus';

/** One family of series in a history; samples of one series ascend in time. */
export interface HistoryFamily {
  /** Without `_total`, `_bucket`, `_count` and `_sum`. */
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: HistorySample[];
}

export interface HistorySample {
  /** What follows the family's name, for example `_total`. */
  suffix: string;
  labels: Record<string, string>;
  /** Epoch milliseconds. */
  at: number;
  value: number;
}

export type RunningPrometheus = RunningServer;

/** Starts a real Prometheus on a free loopback port that remembers exactly this history. */
export async function startPrometheus(history: HistoryFamily[]): Promise<RunningPrometheus> {
  return start('scrape_configs: []\n', async (directory) => {
    await writeFile(join(directory, 'history.om'), writeOpenMetrics(history));
    const create = 'tsdb create-blocks-from openmetrics --max-block-duration=24h history.om data';
    await promisify(execFile)('promtool', create.split(' '), { cwd: directory });
  });
}

/** Starts one that knows nothing yet and reads `/metrics` of this address, `host:port`, every 400 ms. */
export async function startScrapingPrometheus(target: string): Promise<RunningPrometheus> {
  const timing = 'scrape_interval: 400ms, scrape_timeout: 400ms';
  return start(
    `scrape_configs: [{job_name: live, ${timing}, static_configs: [{targets: ['${target}']}]}]\n`,
  );
}

async function start(
  config: string,
  prepare: (directory: string) => Promise<void> = async () => undefined,
): Promise<RunningPrometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-prometheus-'));
  await writeFile(join(directory, 'prometheus.yml'), config);
  await prepare(directory);
  return startMetricServer(directory, {
    name: 'prometheus',
    args: (address) => [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=${address}`,
      '--storage.tsdb.retention.time=100y',
      '--log.level=error',
    ],
    readyPath: '/-/ready',
  });
}

export function writeOpenMetrics(history: HistoryFamily[]): string {
  const families = history.map(({ name, type, samples }) => {
    const lines = samples.map(
      ({ suffix, labels, at, value }) =>
        `${name}${suffix}${writeLabels(labels)} ${writeNumber(value)} ${at / 1000}`,
    );
    return [`# TYPE ${name} ${type}`, ...lines].join('\n');
  });
  return `${families.join('\n')}\n# EOF\n`;
}

function writeLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    return `${name}="${escaped}"`;
  });
  return `{${pairs.join(',')}}`;
}

function writeNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
