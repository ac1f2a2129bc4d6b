import { SEQUENTIAL_DEFAULTS } from '../src/judges/sequential/options.ts';
import { planMetric } from '../src/judges/sequential/plan/plan-metric.ts';
import { fixedSampleSize, sequentialSampleSize } from '../src/stats/planning.ts';
import { runsFor, type Experiment } from './experiment.ts';
import { DAY, followRun, METRIC } from './judging.ts';
import { markdownTable, shareText } from './markdown.ts';
import { createRandom } from './random.ts';
import { wanderingWorld, type Arms } from './worlds.ts';

const NOISE = 0.1;
const POWER = 0.8;
const ALPHAS = [0.05, 0.01];
const HISTORY = 240;
/** Earlier runs: with one alone, small changes may be offsets between runs. */
const EARLIER = 10;
/** No label before so many pairs. */
const FEWEST_PAIRS = 5;
const CASES = [
  { rho: 0, shift: 0.05 },
  { rho: 0, shift: 0.1 },
  { rho: 0, shift: 0.25 },
  { rho: 0.5, shift: 0.05 },
  { rho: 0.5, shift: 0.1 },
  { rho: 0.9, shift: 0.1 },
];

interface Task {
  row: number;
  runs: number;
}

/** Minutes by alpha; null = longer than a day. */
interface Row {
  single: (number | null)[];
  restarts: (number | null)[];
  planned: (number | null)[];
}

/** Table 4: the planning formula, and what the judge makes of it, against simulation. */
export const planning: Experiment<Task, Row[]> = {
  title: 'Planning',
  tasks: (effort) => CASES.map((_, row) => ({ row, runs: runsFor(60, effort) })),
  run({ row, runs }) {
    const random = createRandom(4_000_000 + row);
    const { rho, shift } = CASES[row]!;
    const { draw } = wanderingWorld(rho, NOISE);
    return Array.from({ length: runs }, () => {
      const history = Array.from({ length: EARLIER }, () => draw(random, { length: HISTORY }));
      const arms = draw(random, { length: DAY, factor: 1 + shift });
      return {
        single: stopTimes(arms, history, 0),
        restarts: stopTimes(arms, history, SEQUENTIAL_DEFAULTS.restartEvery),
        planned: ALPHAS.map((alpha) => plannedTime(shift, history, alpha)),
      };
    });
  },
  render: (
    tasks,
    results,
  ) => `### Planned and simulated time until a regression is found, in minutes

Noise of each arm 10 % a minute, wandering with rho, ten earlier runs of four hours, looked at every minute; ${tasks[0]!.runs} runs a
row, ended after 24 hours (–). The formula of the plan is that of one e-process whose noise is known; \`power\` is the share
found by the minute it names for ${100 * POWER} %, standard errors in brackets. The judge's plan learns the noise from the history
(median over the runs) and allows for restarts every half hour and for learning.

${markdownTable(
  HEADER,
  CASES.flatMap((_, row) => ALPHAS.map((_alpha, a) => renderRow(row, a, results[row]!))),
)}`,
};

const HEADER = [
  'rho, change, alpha',
  'one look, 80 %',
  'formula 80 %',
  'simulated 80 %',
  'power',
  'formula 50 %',
  'simulated 50 %',
  'mean when stopped',
  "judge's plan 80 %",
  'simulated 80 %, restarts',
];

function stopTimes(arms: Arms, history: readonly Arms[], restartEvery: number): (number | null)[] {
  const until = -Math.log(ALPHAS.at(-1)!);
  const { fail } = followRun(arms, { history, options: { restartEvery }, until });
  return ALPHAS.map((alpha) => {
    const sample = fail.findIndex((value) => value >= -Math.log(alpha));
    return sample < 0 ? null : Math.max(sample + 1, FEWEST_PAIRS);
  });
}

function plannedTime(shift: number, history: readonly Arms[], alpha: number): number | null {
  const options = { ...SEQUENTIAL_DEFAULTS, alpha };
  const question = { changes: [shift], lengths: [], power: POWER, share: 1, options };
  const plan = planMetric(METRIC, history, question);
  return 'reason' in plan ? null : (plan.changes[0]!.samples ?? null);
}

function renderRow(row: number, a: number, runs: readonly Row[]): (string | number)[] {
  const { rho, shift } = CASES[row]!;
  const alpha = ALPHAS[a]!;
  const delta = Math.log1p(shift);
  const longRunVariance = (2 * NOISE ** 2 * (1 + rho)) / (1 - rho);
  const formula = (power: number) =>
    sequentialSampleSize(delta, { longRunVariance, alpha, power }) ?? Infinity;
  const single = runs.map((run) => run.single[a]!);
  const stopped = single.filter((time) => time !== null);
  const mean = stopped.reduce((sum, time) => sum + time, 0) / stopped.length;
  return [
    `${rho}, +${Math.round(100 * shift)} %, ${String(alpha).slice(1)}`,
    Math.ceil(fixedSampleSize(delta, { longRunVariance, alpha, power: POWER })),
    formula(POWER),
    quantileText(single, POWER),
    shareText(single.map((time) => time !== null && time <= formula(POWER))),
    formula(0.5),
    quantileText(single, 0.5),
    stopped.length === 0 ? '–' : Math.round(mean),
    quantileText(
      runs.map((run) => run.planned[a]!),
      0.5,
    ),
    quantileText(
      runs.map((run) => run.restarts[a]!),
      POWER,
    ),
  ];
}

/** The smallest time that this share has reached. */
function quantileText(times: readonly (number | null)[], share: number): string {
  const sorted = times.map((time) => time ?? Infinity).toSorted((a, b) => a - b);
  const time = sorted[Math.ceil(share * sorted.length) - 1]!;
  return Number.isFinite(time) ? String(time) : '–';
}
