import { NETFLIX_JUDGE } from '../src/judges/netflix/judge.ts';
import { SEQUENTIAL_DEFAULTS } from '../src/judges/sequential/options.ts';
import { runsFor, type Experiment } from './experiment.ts';
import { crossing, failsAt, followRun, RUN } from './judging.ts';
import { detectionText, markdownTable, shareText } from './markdown.ts';
import { createRandom, type Random } from './random.ts';
import { worldNamed, type Arms } from './worlds.ts';

/** One cell of a table: its row, its number, and what its runs gave. */
interface Task {
  row: number;
  runs: number;
}

const HISTORY = 240;
const seedOf = (table: number, { row }: Task) => 1_000_000 * table + row;

const PASSES = ['normal', 'lognormal', 'ar05', 'diurnal'].flatMap((world) =>
  [1, 0.95, 1.05, 1.1].map((factor) => ({ world, factor })),
);

/** Table 5: when a canary is passed early, against a margin of +10 %. */
export const earlyPass: Experiment<Task, (number | null)[]> = {
  title: 'Early pass',
  tasks: (effort) => PASSES.map((_, row) => ({ row, runs: runsFor(60, effort) })),
  run(task) {
    const random = createRandom(seedOf(5, task));
    const { world, factor } = PASSES[task.row]!;
    return Array.from({ length: task.runs }, () => {
      const history = worldNamed(world).draw(random, { length: HISTORY });
      const arms = worldNamed(world).draw(random, { length: RUN, factor });
      const { confirmedAt } = followRun(arms, { history, direction: 'increase' });
      return Number.isFinite(confirmedAt) ? confirmedAt : null;
    });
  },
  render: (
    tasks,
    results,
  ) => `### With \`stopOnPass\`: a canary is confirmed within 8 hours, in %, and after how many minutes

Direction \`increase\`, margin +10 %, alpha 0.05, with history; ${tasks[0]!.runs} runs. At +10 % a confirmation is wrong.

${markdownTable(
  ['metric, true change', 'confirmed (median minutes)'],
  PASSES.map(({ world, factor }, row) => [
    `${world} ${factor >= 1 ? '+' : '−'}${Math.abs(Math.round(100 * (factor - 1)))} %`,
    detectionText(results[row]!.map((time) => time ?? Infinity)),
  ]),
)}`,
};

const LATE = ['normal', 'ar05'];
const ONSET = 240;
/** No early pass before half an hour. */
const FIRST_PASS = 30;

/** Minutes from the onset until it was found; null = never. */
interface Late {
  single: number | null;
  restarts: number | null;
  /** With `stopOnPass`: an analysis that has passed sees nothing of what comes later. */
  stopped: number | null;
}

/** Table 6: what restarts are good for, and what an early pass costs. */
export const lateOnset: Experiment<Task, Late[]> = {
  title: 'Late onset',
  tasks: (effort) => LATE.map((_, row) => ({ row, runs: runsFor(30, effort) })),
  run(task) {
    const random = createRandom(seedOf(6, task));
    const { draw } = worldNamed(LATE[task.row]!);
    return Array.from({ length: task.runs }, () => {
      const history = draw(random, { length: HISTORY });
      const arms = draw(random, { length: RUN, factor: 1.25, from: ONSET });
      const follow = (restartEvery: number) => {
        const options = { restartEvery };
        const paths = followRun(arms, { history, options, until: -Math.log(0.05) });
        const foundAt = crossing(paths.fail, 0.05);
        const delay = Number.isFinite(foundAt) ? foundAt - ONSET : null;
        return { delay, isPassedBefore: Math.max(paths.confirmedAt, FIRST_PASS) < foundAt };
      };
      const [single, restarts] = [follow(0), follow(SEQUENTIAL_DEFAULTS.restartEvery)];
      return {
        single: single.delay,
        restarts: restarts.delay,
        stopped: restarts.isPassedBefore ? null : restarts.delay,
      };
    });
  },
  render: (
    tasks,
    results,
  ) => `### +25 % from the fourth hour on: found in %, and after how many minutes

Alpha 0.05, with history, ${tasks[0]!.runs} runs; negative delays are false alarms.

${markdownTable(
  ['metric', 'one e-process', 'restarts every half hour', 'restarts, `stopOnPass`'],
  LATE.map((world, row) => [
    world,
    detectionText(results[row]!.map(({ single }) => single ?? Infinity)),
    detectionText(results[row]!.map(({ restarts }) => restarts ?? Infinity)),
    detectionText(results[row]!.map(({ stopped }) => stopped ?? Infinity)),
  ]),
)}`,
};

interface Mismatch {
  title: string;
  past: string;
  present: string;
  /** Standard deviation of today's noise against yesterday's. */
  growth: number;
}
const MISMATCHES: Mismatch[] = [
  { title: 'same, white', past: 'normal', present: 'normal', growth: 1 },
  { title: 'same, AR(0.9)', past: 'ar09', present: 'ar09', growth: 1 },
  { title: 'noise grew by half', past: 'normal', present: 'normal', growth: 1.5 },
  { title: 'noise doubled', past: 'normal', present: 'normal', growth: 2 },
  { title: 'noise tripled', past: 'normal', present: 'normal', growth: 3 },
  { title: 'history white, run AR(0.5)', past: 'normal', present: 'ar05', growth: 1 },
  { title: 'history white, run AR(0.9)', past: 'normal', present: 'ar09', growth: 1 },
];

/** Table 8: what becomes of alpha when today's noise is not yesterday's. */
export const changedNoise: Experiment<Task, number[][]> = {
  title: 'Changed noise',
  tasks: (effort) => MISMATCHES.map((_, row) => ({ row, runs: runsFor(60, effort) })),
  run(task) {
    const random = createRandom(seedOf(8, task));
    const { past, present, growth } = MISMATCHES[task.row]!;
    return Array.from({ length: task.runs }, () => {
      const history = worldNamed(past).draw(random, { length: HISTORY });
      const arms = grow(worldNamed(present).draw(random, { length: 480 }), growth);
      // 1e-9 is as good as none: the option lies between 0 and 1
      return [1e-9, 0.1].map((changedRegime) => {
        const { fail } = followRun(arms, { history, options: { changedRegime, restartEvery: 0 } });
        return fail.at(-1)!;
      });
    });
  },
  render: (tasks, results) => `### False alarms when today's noise is not yesterday's, in %

Eight hours, one e-process, ${tasks[0]!.runs} runs. The judge gives a changed regime a prior of 10 %.

${markdownTable(
  ['history and run', 'taken at face value .05', '.01', 'as judged .05', '.01'],
  MISMATCHES.map(({ title }, row) => [
    title,
    ...[0, 1].flatMap((policy) =>
      [0.05, 0.01].map((alpha) =>
        shareText(results[row]!.map((evidence) => evidence[policy]! >= -Math.log(alpha))),
      ),
    ),
  ]),
)}`,
};

function grow({ baseline, canary }: Arms, growth: number): Arms {
  const widen = (values: number[]) => values.map((value) => 100 + growth * (value - 100));
  return { baseline: widen(baseline), canary: widen(canary) };
}

const SIZES = [2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60];

/** Table 10: Kayenta on few samples. */
export const smallSamples: Experiment<Task, boolean[]> = {
  title: 'Small samples',
  tasks: (effort) => SIZES.map((_, row) => ({ row, runs: runsFor(4000, effort) })),
  run(task) {
    const random = createRandom(seedOf(10, task));
    const size = SIZES[task.row]!;
    return Array.from({ length: task.runs }, () =>
      failsAt(NETFLIX_JUDGE, drawNormal(random, size), size),
    );
  },
  render: (
    tasks,
    results,
  ) => `### Netflix, one look at n values a side, healthy normal data: failed in %

${tasks[0]!.runs} runs.

${markdownTable(
  ['n', 'failed'],
  SIZES.map((size, row) => [size, shareText(results[row]!)]),
)}`,
};

function drawNormal(random: Random, length: number): Arms {
  return worldNamed('normal').draw(random, { length });
}
