import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startServe, type ServeProcess } from '../test/support/process.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';

const ANALYSES = 400;
/** Before anything is measured: the code of a service that runs for long is compiled. */
const WARM_UP = 200;
const CLIENTS = 8;
const METRICS = 10;
const POINTS = 60;
const INSERTS = 300;
const IDLE_MS = 2000;
/** Linux counts CPU time in hundredths of a second for everyone who asks. */
const TICKS_PER_SECOND = 100;

/**
 * Runs the real service in a process of its own and lets several clients submit analyses and wait for their
 * verdicts. Prints what one costs as a multiple of a bare durable insert of one row into SQLite on the same
 * disk in the same run, and what the service takes to start and to wait. Linux only: it reads /proc.
 */
export async function benchEndToEnd(print: (line: string) => void): Promise<void> {
  using directory = temporaryDirectory();
  const service = await startServe(join(directory.path, 'data'), { CANARY_LOG_LEVEL: 'warn' });
  try {
    const startSeconds = cpuSeconds(service.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idle = residentMegabytes(service.pid);
    print(`service: start to ready ${startSeconds.toFixed(2)} CPU s, idle ${idle.toFixed(0)} MB`);
    const before = measureInserts(directory.path, 'before');
    await submitAll(service, WARM_UP);
    const cpuBefore = cpuSeconds(service.pid);
    const { seconds, submits } = await submitAll(service, ANALYSES);
    const cpuMs = ((cpuSeconds(service.pid) - cpuBefore) * 1000) / ANALYSES;
    const inserts = [...before, ...measureInserts(directory.path, 'after')];
    const insertMs = inserts.reduce((sum, ms) => sum + ms, 0) / inserts.length;
    const ratio = (seconds * 1000) / ANALYSES / insertMs;
    print(
      `end to end (${METRICS} x ${POINTS} inline, ${CLIENTS} clients): ${ratio.toFixed(1)} bare durable inserts each (${(ANALYSES / seconds).toFixed(0)} analyses/s, ${(1000 / insertMs).toFixed(0)} inserts/s), ${cpuMs.toFixed(1)} CPU ms each`,
    );
    print(
      `submit: p50 ${quantile(submits, 0.5)} ms, p99 ${quantile(submits, 0.99)} ms; bare insert p99 ${quantile(inserts, 0.99)} ms`,
    );
  } finally {
    await service.end('SIGTERM');
  }
}

/** Milliseconds of each insert of one row in a transaction of its own that is on the disk when it returns. */
function measureInserts(directory: string, name: string): number[] {
  const database = new DatabaseSync(join(directory, `${name}.db`));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (v TEXT)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const times = Array.from({ length: INSERTS }, (_, index) => {
    const begin = performance.now();
    insert.run(`row ${index}`);
    return performance.now() - begin;
  });
  database.close();
  return times;
}

async function submitAll({ url }: ServeProcess, count: number) {
  const analyses = `${url}/api/v1/analyses`;
  const body = JSON.stringify(requestOf());
  const headers = { 'content-type': 'application/json' };
  const submits: number[] = [];
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun++ < count) {
      const begin = performance.now();
      const submitted = await fetch(analyses, { method: 'POST', headers, body });
      const { id } = (await submitted.json()) as { id: string };
      submits.push(performance.now() - begin);
      for (let state = 'queued'; state !== 'completed';) {
        const answer = await fetch(`${analyses}/${id}?wait=10s`);
        ({ state } = (await answer.json()) as { state: string });
        if (state === 'failed') throw new Error(`analysis ${id} failed`);
      }
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { seconds: (performance.now() - begin) / 1000, submits };
}

function requestOf() {
  const names = Array.from({ length: METRICS }, (_, index) => `metric ${index}`);
  const values = (phase: number) =>
    Array.from({ length: POINTS }, (_, index) => 50 + 5 * Math.sin(index * 7.3 + phase));
  return {
    config: {
      name: 'bench',
      judge: 'NetflixACAJudge-v1.0',
      metrics: names.map((name) => ({ name, query: { source: 'inline' } })),
    },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    pairs: names.map((metric, i) => ({ metric, baseline: values(i), canary: values(i + 0.5) })),
  };
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function quantile(values: number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}
