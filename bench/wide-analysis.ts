// One wide analysis on a real service, and how long others wait for theirs meanwhile. `node bench/wide-analysis.ts
// [METRICS] [POINTS] [JUDGE]` tells all of it; `npm run bench` one line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

type Print = (line: string) => void;

interface Wide {
  metrics: number;
  points: number;
  judge: string;
}

const WIDE: Wide = { metrics: 300, points: 10_080, judge: 'NetflixACAJudge-v1.0' };
const EVERY_MS = 20;

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

interface Waits {
  [path: string]: number[];
}

/** What the aim is about: the slowest hundredth of other GETs below 100 ms, and less than 1 MB in any one answer. */
interface Outcome {
  waits: Waits;
  /** By path. */
  bytes: Record<string, number>;
}

export async function benchWideAnalysis(print: Print): Promise<void> {
  const { waits, bytes } = await measure(WIDE, () => undefined);
  const p99 = Math.max(...Object.values(waits).map((times) => quantile(times, 0.99)));
  const largest = Math.max(...Object.values(bytes)) / 1e6;
  print(
    `wide analysis (${WIDE.metrics} metrics x ${WIDE.points} points): other GETs p99 ${p99.toFixed(0)} ms (aim 100), its largest answer ${largest.toFixed(2)} MB (aim 1)`,
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [metrics = WIDE.metrics, points = WIDE.points, judge = WIDE.judge] = process.argv.slice(2);
  const wide = { metrics: Number(metrics), points: Number(points), judge };
  await measure(wide, (line) => process.stdout.write(`${line}\n`));
}

async function measure(wide: Wide, print: Print): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-bench-'));
  const prometheus = spawn(process.execPath, [pathOf('wide/stub-prometheus.ts')]);
  const port = (await firstLine(prometheus.stdout)).trim();
  const preload = ['--import', pathOf('wide/watch-loop.ts')];
  const service = spawn(process.execPath, [...preload, pathOf('../bin/canary.js'), 'serve'], {
    env: {
      ...process.env,
      CANARY_SERVER_PORT: '0',
      CANARY_DATA_DIRECTORY: directory,
      CANARY_ACCOUNTS: `[{name: stub, source: prometheus, url: 'http://127.0.0.1:${port}'}]`,
    },
  });
  let said = '';
  service.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const url = (await firstLine(service.stdout)).replace(/.* on /s, '').trim();
    print(`${wide.metrics} metrics x ${wide.points} points, ${wide.judge}, ${url}`);
    return await watch(url, { pid: service.pid!, wide, print });
  } finally {
    service.kill('SIGTERM');
    await once(service, 'close');
    prometheus.kill();
    await rm(directory, { recursive: true, force: true });
    const told = said.split('\n').filter((line) => /event loop|"level":"(error|warn)"/.test(line));
    print(told.join('\n'));
  }
}

async function watch(
  url: string,
  { pid, wide: asked, print }: { pid: number; wide: Wide; print: Print },
): Promise<Outcome> {
  const small = await submit(url, { ...asked, metrics: 2, points: 60 });
  await timeOf(() => ask(`${url}/api/v1/analyses/${small}?wait=60s`));
  print(`resident before: ${await residentMegabytes(pid)} MB`);
  const waits: Waits = {};
  const begin = performance.now();
  const wide = await submit(url, asked);
  const world = { isOver: false };
  const polls = ['/ready', `/api/v1/analyses/${small}`, `/api/v1/analyses/${wide}`].map((path) =>
    poll(url, path, world, waits),
  );
  let peak = 0;
  for (;;) {
    const { state, verdict, failure } = await ask(`${url}/api/v1/analyses/${wide}?wait=1s`);
    peak = Math.max(peak, await residentMegabytes(pid));
    if (state === 'queued' || state === 'running') continue;
    print(
      `${state} ${verdict ?? failure?.message} after ${((performance.now() - begin) / 1000).toFixed(1)} s, peak resident ${peak} MB`,
    );
    break;
  }
  const bytes: Outcome['bytes'] = {};
  for (const path of [
    `/api/v1/analyses/${wide}`,
    `/analyses/${wide}`,
    `/api/v1/analyses/${wide}/pairs`,
  ]) {
    const start = performance.now();
    const length = (await (await fetch(url + path)).arrayBuffer()).byteLength;
    bytes[path] = length;
    print(
      `GET ${path.replace(wide, 'WIDE')}: ${length} bytes in ${(performance.now() - start).toFixed(0)} ms`,
    );
  }
  world.isOver = true;
  await Promise.all(polls);
  for (const [path, times] of Object.entries(waits)) {
    const at = (share: number) => quantile(times, share).toFixed(1);
    print(
      `GET ${path.replace(wide, 'WIDE').replace(small, 'SMALL')}: ${times.length} answers, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
    );
  }
  return { waits, bytes };
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.filter(Number.isFinite).toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

async function poll(url: string, path: string, world: { isOver: boolean }, waits: Waits) {
  const own: number[] = (waits[path] = []);
  while (!world.isOver) {
    own.push(await timeOf(async () => (await fetch(url + path)).arrayBuffer()).catch(() => NaN));
    await new Promise((resolve) => {
      setTimeout(resolve, EVERY_MS);
    });
  }
}

async function submit(url: string, { metrics, points, judge }: Wide): Promise<string> {
  const end = Date.parse('2026-01-15T00:00:00Z');
  const answer = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      config: {
        name: 'wide',
        judge,
        metrics: Array.from({ length: metrics }, (_, i) => ({
          name: `metric ${i}`,
          query: { source: 'prometheus', promql: `m${i}{app="\${scope}"}` },
        })),
      },
      baseline: { scope: 'v1' },
      canary: { scope: 'v2' },
      window: {
        start: new Date(end - points * 60_000).toISOString(),
        end: new Date(end).toISOString(),
        step: '60s',
      },
    }),
  });
  const { id, detail } = (await answer.json()) as { id?: string; detail?: string };
  if (id === undefined) throw new Error(`refused: ${detail}`);
  return id;
}

interface View {
  state: string;
  verdict?: string;
  failure?: { message: string };
}

async function ask(url: string): Promise<View> {
  return (await (await fetch(url)).json()) as View;
}

/** How long something takes, in milliseconds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  return chunk.toString();
}
