import type { SequentialOptions } from '../src/judges/sequential/options.ts';
import { runsFor, type Experiment } from './experiment.ts';
import { crossing, followRun } from './judging.ts';
import { markdownTable, shareText } from './markdown.ts';
import { createRandom } from './random.ts';
import { drawWithOffset, STRESS_WORLDS, worldNamed } from './worlds.ts';

const ALPHA = 0.05;
const LENGTH = 480;
const CHUNK = 10;

interface StressTask {
  world: string;
  seed: number;
  runs: number;
}

const STRESS_RUNS = 100;
const STRESS_HISTORY = 240;

/** Healthy canaries of worlds that no noise model fits, failed within 8 hours: without history, with one run. */
export const stress: Experiment<StressTask, boolean[][]> = {
  title: 'Worlds that real metrics resemble',
  tasks(effort) {
    const runs = runsFor(STRESS_RUNS, effort);
    return STRESS_WORLDS.flatMap(({ name }, w) =>
      chunksOf(runs).map((size, i) => ({ world: name, seed: 70_000 + 100 * w + i, runs: size })),
    );
  },
  run({ world, seed, runs }) {
    const random = createRandom(seed);
    const { draw } = worldNamed(world);
    return Array.from({ length: runs }, () => {
      const history = draw(random, { length: STRESS_HISTORY });
      const arms = draw(random, { length: LENGTH });
      return STRESS_METHODS.map(({ options, hasHistory }) => {
        const given = hasHistory ? { history } : {};
        return isFailed(followRun(arms, { ...given, options }).fail);
      });
    });
  },
  render(tasks, results) {
    const rows = STRESS_WORLDS.map(({ name, title }) => {
      const runs = results.filter((_, i) => tasks[i]!.world === name).flat();
      return [title, ...STRESS_METHODS.map((_, m) => shareText(runs.map((run) => run[m]!)))];
    });
    return `### A healthy canary of a smoothed, slow, jumping or repeated metric is failed within 8 hours, in %

Direction \`either\`, no tolerance, level 5 %, looked at every 5 minutes, restarts every half hour unless said; ${results.flat().length / STRESS_WORLDS.length} runs
a metric.

${markdownTable(['metric', ...STRESS_METHODS.map(({ title }) => title)], rows)}`;
  },
};

const STRESS_METHODS = [
  { title: 'one run of history', options: {}, hasHistory: true },
  { title: 'one run, restarts every hour', options: { restartEvery: 60 }, hasHistory: true },
  { title: '`wandering`, one run', options: { preset: 'wandering' }, hasHistory: true },
  { title: 'no history', options: {}, hasHistory: false },
  { title: 'none, restarts every hour', options: { restartEvery: 60 }, hasHistory: false },
  { title: '`wandering`, none', options: { preset: 'wandering' }, hasHistory: false },
] as const satisfies { title: string; options: Partial<SequentialOptions>; hasHistory: boolean }[];

interface OffsetTask {
  spread: number;
  seed: number;
  runs: number;
}

const SPREADS = [0.05, 0.1, 0.2];
const EARLIER = [1, 2, 3, 5, 10];
const OFFSET_RUNS = 100;
const RUN = 120;

/** Healthy canaries whose sides differ by another amount in each run, by the number of runs learned from. */
export const offsets: Experiment<OffsetTask, boolean[][]> = {
  title: 'Offsets between runs',
  tasks(effort) {
    const runs = runsFor(OFFSET_RUNS, effort);
    return SPREADS.flatMap((spread, s) =>
      chunksOf(runs).map((size, i) => ({ spread, seed: 80_000 + 100 * s + i, runs: size })),
    );
  },
  run({ spread, seed, runs }) {
    const random = createRandom(seed);
    return Array.from({ length: runs }, () => {
      const most = Math.max(...EARLIER);
      const earlier = Array.from({ length: most }, () =>
        drawWithOffset(random, { length: RUN }, spread),
      );
      const arms = drawWithOffset(random, { length: LENGTH }, spread);
      return EARLIER.map((count) =>
        isFailed(followRun(arms, { history: earlier.slice(0, count) }).fail),
      );
    });
  },
  render(tasks, results) {
    const rows = SPREADS.map((spread) => {
      const runs = results.filter((_, i) => tasks[i]!.spread === spread).flat();
      return [`${100 * spread} %`, ...EARLIER.map((_, j) => shareText(runs.map((run) => run[j]!)))];
    });
    const header = EARLIER.map((count) => `${count} ${count === 1 ? 'run' : 'runs'}`);
    return `### A healthy canary that differs by another amount in every run is failed within 8 hours, in %

Standard deviation of the difference between runs, learned from earlier runs of two hours each; ${results.flat().length / SPREADS.length} runs a row.

${markdownTable(['sides differ by', ...header], rows)}`;
  },
};

function isFailed(path: readonly number[]): boolean {
  return crossing(path, ALPHA) < Infinity;
}

function chunksOf(runs: number): number[] {
  return Array.from({ length: Math.ceil(runs / CHUNK) }, (_, i) =>
    Math.min(CHUNK, runs - i * CHUNK),
  );
}
