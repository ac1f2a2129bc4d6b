import { join } from 'node:path';
import { startServe } from '../test/support/process.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';

const ROUNDS = 5;
const HTTP = { url: 'http://127.0.0.1:1' };
/** One account of each kind that can be made without asking anybody. */
const ACCOUNTS = [
  { source: 'prometheus' },
  { source: 'atlas' },
  { source: 'dynatrace', auth: { type: 'api-key', key: 'env:BENCH_KEY' } },
  { source: 'elasticsearch' },
  { source: 'grafana' },
  { source: 'graphite' },
  { source: 'http' },
  { source: 'influxdb' },
  { source: 'loki' },
  { source: 'splunk' },
  { source: 'sql', options: { dialect: 'snowflake' } },
  { source: 'sql', url: 'postgres://127.0.0.1:1/x' },
  { source: 'wavefront', auth: { type: 'bearer', token: 'env:BENCH_KEY' } },
].map((account, index) => ({ name: `a${index}`, ...HTTP, ...account }));

/** What the kinds of sources cost from the start of the process until it is ready, taking turns so that both meet the same machine. */
export async function benchStart(print: (line: string) => void): Promise<void> {
  const without: number[] = [];
  const withAll: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(await readyAfterMs({}));
    const env = { CANARY_ACCOUNTS: JSON.stringify(ACCOUNTS), BENCH_KEY: 'bench-key' };
    withAll.push(await readyAfterMs(env));
  }
  const [none, all] = [median(without), median(withAll)];
  print(
    `start to ready: ${none.toFixed(0)} ms without accounts, ${all.toFixed(0)} ms with ${ACCOUNTS.length} accounts of ${new Set(ACCOUNTS.map(({ source }) => source)).size} kinds (median of ${ROUNDS}; the kinds take ${(all - none).toFixed(0)} ms, which nobody waits for who has none)`,
  );
}

async function readyAfterMs(env: Record<string, string>): Promise<number> {
  using directory = temporaryDirectory();
  const begin = performance.now();
  const service = await startServe(join(directory.path, 'data'), {
    CANARY_LOG_LEVEL: 'warn',
    ...env,
  });
  const took = performance.now() - begin;
  await service.end('SIGTERM');
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
