import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startServe } from '../test/support/process.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';
import { CLIENTS, METRICS, POINTS, quantile, submitAll } from './load.ts';

const ANALYSES = 400;
/** Before anything is measured: the code of a service that runs for long is compiled. */
const WARM_UP = 200;
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
    await submitAll([service.url], WARM_UP);
    const cpuBefore = cpuSeconds(service.pid);
    const { seconds, submits, verdicts } = await submitAll([service.url], ANALYSES);
    const cpuMs = ((cpuSeconds(service.pid) - cpuBefore) * 1000) / ANALYSES;
    const inserts = [...before, ...measureInserts(directory.path, 'after')];
    const insertMs = inserts.reduce((sum, ms) => sum + ms, 0) / inserts.length;
    const ratio = (seconds * 1000) / ANALYSES / insertMs;
    print(
      `end to end (${METRICS} x ${POINTS} inline, ${CLIENTS} clients): ${ratio.toFixed(1)} bare durable inserts each (${(ANALYSES / seconds).toFixed(0)} analyses/s, ${(1000 / insertMs).toFixed(0)} inserts/s), ${cpuMs.toFixed(1)} CPU ms each`,
    );
    print(
      `submit: p50 ${quantile(submits, 0.5)} ms, p99 ${quantile(submits, 0.99)} ms; bare insert p99 ${quantile(inserts, 0.99)} ms; verdict p50 ${quantile(verdicts, 0.5)} ms, p99 ${quantile(verdicts, 0.99)} ms`,
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

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
