import { runsFor, type Experiment } from './experiment.ts';
import { crossing, RUN } from './judging.ts';
import { detectionText, markdownTable, shareText } from './markdown.ts';
import { createRandom } from './random.ts';
import type { Arms, World } from './worlds.ts';

const ALPHAS = [0.05, 0.01];
const STRICTEST = -Math.log(0.01);
const CHUNK = 10;
const SHIFTS = [0, 0.05, 0.1, 0.25, 0.5, 1];
const HISTORY = 240;

/** One way to weigh evidence: the largest ln E after each sample; it may stop where that is `until`. */
export interface Method {
  name: string;
  follow(given: { arms: Arms; history: Arms; until: number }): readonly number[];
}

export interface Comparison {
  title: string;
  /** What is compared, above its tables. */
  about: string;
  /** Number of the first seed. */
  seed: number;
  worlds: readonly World[];
  methods: readonly Method[];
  /** Full numbers of runs a metric, and a metric and change. */
  healthy: number;
  worse: number;
}

interface Task {
  world: number;
  shift: number;
  seed: number;
  runs: number;
}

/** By run, method and alpha: minutes until failed; null = never. */
type Times = (number | null)[][][];

/** Methods side by side on the same runs: how often each fails a healthy canary, how soon a worse one. */
export function compareMethods(comparison: Comparison): Experiment<Task, Times> {
  const { title, seed, worlds, healthy, worse } = comparison;
  return {
    title,
    tasks: (effort) =>
      worlds.flatMap((_, world) =>
        SHIFTS.flatMap((shift, s) => {
          const runs = runsFor(shift === 0 ? healthy : worse, effort);
          return Array.from({ length: Math.ceil(runs / CHUNK) }, (_chunk, i) => ({
            world,
            shift,
            seed: seed + 10_000 * world + 1000 * s + i,
            runs: Math.min(CHUNK, runs - i * CHUNK),
          }));
        }),
      ),
    run: (task) => simulate(task, comparison),
    render(tasks, results) {
      const runsOf = (world: number, shift: number) =>
        tasks.flatMap((task, i) =>
          task.world === world && task.shift === shift ? results[i]! : [],
        );
      return `${renderHealthy(comparison, runsOf)}\n\n${renderWorse(comparison, runsOf)}`;
    },
  };
}

function simulate({ world, shift, seed, runs }: Task, { worlds, methods }: Comparison): Times {
  const random = createRandom(seed);
  const { draw } = worlds[world]!;
  return Array.from({ length: runs }, () => {
    const history = draw(random, { length: HISTORY });
    const arms = draw(random, { length: RUN, factor: 1 + shift });
    return methods.map(({ follow }) => {
      const path = follow({ arms, history, until: STRICTEST });
      const times = ALPHAS.map((alpha) => crossing(path, alpha));
      return times.map((time) => (Number.isFinite(time) ? time : null));
    });
  });
}

type RunsOf = (world: number, shift: number) => Times;

/** The cells of one row: every method at every alpha. */
function cells(
  { methods }: Comparison,
  runs: Times,
  show: (times: (number | null)[]) => string,
): string[] {
  return methods.flatMap((_, m) => ALPHAS.map((_alpha, a) => show(runs.map((run) => run[m]![a]!))));
}

function columns({ methods }: Comparison): string[] {
  return methods.flatMap(({ name }) => ALPHAS.map((alpha) => `${name} ${String(alpha).slice(1)}`));
}

function renderHealthy(comparison: Comparison, runsOf: RunsOf): string {
  const rows = comparison.worlds.map(({ title }, world) => {
    const share = (times: (number | null)[]) => shareText(times.map((time) => time !== null));
    return [title, ...cells(comparison, runsOf(world, 0), share)];
  });
  return `### ${comparison.title}: a healthy canary is failed within 8 hours, in %

${comparison.about}
${runsOf(0, 0).length} runs a metric, looked at every 5 minutes; standard errors in brackets (for 0 and 100 the 95 % limit).

${markdownTable(['metric', ...columns(comparison)], rows)}`;
}

function renderWorse(comparison: Comparison, runsOf: RunsOf): string {
  const changes = SHIFTS.filter((shift) => shift > 0);
  const rows = comparison.worlds.flatMap(({ name }, world) =>
    changes.map((shift) => {
      const found = (times: (number | null)[]) =>
        detectionText(times.map((time) => time ?? Infinity));
      const label = `${name} +${Math.round(100 * shift)} %`;
      return [label, ...cells(comparison, runsOf(world, shift), found)];
    }),
  );
  const count = runsOf(0, changes[0]!).length;
  return `### ${comparison.title}: a regression is found within 8 hours, in %, and after how many minutes

In brackets the median over all runs, – where less than half were found. ${count} runs a cell: the standard error of a
share is at most ${(50 / Math.sqrt(count)).toFixed(1)}.

${markdownTable(['metric, change', ...columns(comparison)], rows)}`;
}
