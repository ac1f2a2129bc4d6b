// Simulates healthy and worse canaries under every judge and prints the tables of docs/judges.md.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { EXPERIMENTS } from './experiments.ts';
import { runJobs, type Job } from './pool.ts';
import { writeTables } from './write-tables.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    effort: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
/** Seconds instead of an hour: shows that everything works, and nothing else. */
const SHORT = 0.002;

const effort = values.short ? SHORT : Number(values.effort);
if (!(effort > 0))
  throw new RangeError(`--effort got "${values.effort}", where a number above 0 is needed`);
const startedAt = performance.now();
const jobs: Job[] = EXPERIMENTS.flatMap(({ tasks }, experiment) =>
  tasks(effort).map((task) => ({ experiment, task })),
);
const results = await runJobs(jobs, availableParallelism(), tellProgress);
const tables = EXPERIMENTS.map(({ render }, experiment) => {
  const own = [...jobs.keys()].filter((i) => jobs[i]!.experiment === experiment);
  return render(
    own.map((i) => jobs[i]!.task),
    own.map((i) => results[i]),
  );
}).join('\n\n');
process.stdout.write(`${tables}\n`);
const minutes = (performance.now() - startedAt) / 60_000;
process.stderr.write(`${minutes.toFixed(1)} minutes on ${availableParallelism()} processes\n`);
if (values.write) await writeTables(tables, effort);

/** A line for every twentieth of the jobs: an hour is long. */
function tellProgress(done: number): void {
  if (done % Math.ceil(jobs.length / 20) !== 0) return;
  const passed = (performance.now() - startedAt) / 60_000;
  process.stderr.write(`${done} of ${jobs.length} jobs in ${passed.toFixed(1)} minutes\n`);
}
