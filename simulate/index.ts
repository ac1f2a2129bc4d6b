// Simulates healthy and worse canaries under every judge and prints the tables of docs/explanation/simulation.md.
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
/** The fewest runs that there are. */
const SHORT = 1e-6;

const effort = values.short ? SHORT : Number(values.effort);
if (!(effort > 0))
  throw new RangeError(`--effort got "${values.effort}", where a number above 0 is needed`);
const startedAt = performance.now();
const jobs: Job[] = EXPERIMENTS.flatMap(({ tasks }, experiment) =>
  tasks(effort).map((task) => ({ experiment, task })),
);
const results = values.short ? await runFirst() : await runAll(jobs);
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

function runAll(all: Job[]): Promise<unknown[]> {
  return runJobs(all, availableParallelism(), tellProgress);
}

/** Seconds: the first task of each table stands for all of its cells, which shows that it works and nothing else. */
async function runFirst(): Promise<unknown[]> {
  const isFirst = ({ experiment }: Job, i: number) => jobs[i - 1]?.experiment !== experiment;
  const first = await runAll(jobs.filter(isFirst));
  return jobs.map(({ experiment }) => first[experiment]);
}

/** A line for every twentieth of the jobs: the whole takes long. */
function tellProgress(done: number): void {
  if (done % Math.ceil(jobs.length / 20) !== 0) return;
  const passed = (performance.now() - startedAt) / 60_000;
  process.stderr.write(`${done} of ${jobs.length} jobs in ${passed.toFixed(1)} minutes\n`);
}
