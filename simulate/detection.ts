import { MANN_WHITNEY_JUDGE } from '../src/judges/mann-whitney/judge.ts';
import { NETFLIX_JUDGE } from '../src/judges/netflix/judge.ts';
import { runsFor, type Experiment } from './experiment.ts';
import { crossing, firstFailure, followRun, PEEK_EVERY, RUN } from './judging.ts';
import { detectionText, markdownTable } from './markdown.ts';
import { createRandom } from './random.ts';
import { worldNamed, WORLDS } from './worlds.ts';

const FULL = 20;
const CHUNK = 10;
const SHIFTS = [0.05, 0.1, 0.25, 0.5, 1];
/** How many earlier runs of four hours the sequential judge has. */
const EARLIER = [0, 1, 3];
const METHODS = [
  'Netflix hourly',
  'Netflix every 15 min',
  'Mann-Whitney every 15 min',
  ...EARLIER.flatMap((count) => [`${count} earlier .05`, `${count} earlier .01`]),
];

interface Task {
  world: string;
  shift: number;
  seed: number;
  runs: number;
}

/** Table 3: minutes until a regression that is there from the start is found, by method. */
export const detection: Experiment<Task, (number | null)[][]> = {
  title: 'Detection',
  tasks(effort) {
    const runs = runsFor(FULL, effort);
    return WORLDS.flatMap(({ name }, w) =>
      SHIFTS.flatMap((shift, s) =>
        Array.from({ length: Math.ceil(runs / CHUNK) }, (_, i) => ({
          world: name,
          shift,
          seed: 100_000 + 10_000 * w + 1000 * s + i,
          runs: Math.min(CHUNK, runs - i * CHUNK),
        })),
      ),
    );
  },
  run({ world, shift, seed, runs }) {
    const random = createRandom(seed);
    return Array.from({ length: runs }, () => {
      const { draw } = worldNamed(world);
      const history = Array.from({ length: EARLIER.at(-1)! }, () => draw(random, { length: 240 }));
      const arms = draw(random, { length: RUN, factor: 1 + shift });
      const until = -Math.log(0.01);
      const paths = EARLIER.map((count) => {
        return followRun(arms, { history: history.slice(0, count), until }).fail;
      });
      const times = [
        firstFailure(NETFLIX_JUDGE, arms, 60),
        firstFailure(NETFLIX_JUDGE, arms, PEEK_EVERY),
        firstFailure(MANN_WHITNEY_JUDGE, arms, PEEK_EVERY),
        ...paths.flatMap((path) => [crossing(path, 0.05), crossing(path, 0.01)]),
      ];
      return times.map((time) => (Number.isFinite(time) ? time : null));
    });
  },
  render(tasks, results) {
    const rows = WORLDS.flatMap(({ name }) =>
      SHIFTS.map((shift) => {
        const runs = tasks.flatMap((task, i) =>
          task.world === name && task.shift === shift ? results[i]! : [],
        );
        const cells = METHODS.map((_, m) =>
          detectionText(runs.map((times) => times[m] ?? Infinity)),
        );
        return [`${name} +${Math.round(100 * shift)} %`, ...cells];
      }),
    );
    const runs = tasks.filter(({ world, shift }) => world === 'normal' && shift === SHIFTS[0]);
    const count = runs.reduce((sum, task) => sum + task.runs, 0);
    return `### A regression is found within 8 hours, in %, and after how many minutes

The canary is worse from its first minute; the sequential judge knows no, one or three earlier runs of four hours; in brackets the median over all runs, – where less than half were found.
${count} runs a cell: the standard error of a share is at most ${(50 / Math.sqrt(count)).toFixed(1)}. On the metrics
that wander (ar05, ar09, ar09wn) the speed of the Netflix judge is worth nothing: it fails healthy canaries as fast.

${markdownTable(['metric, change', ...METHODS], rows)}`;
  },
};
