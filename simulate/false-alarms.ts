import { MANN_WHITNEY_JUDGE } from '../src/judges/mann-whitney/judge.ts';
import { NETFLIX_JUDGE } from '../src/judges/netflix/judge.ts';
import { runsFor, type Experiment } from './experiment.ts';
import { crossing, failsAt, firstFailure, followRun, PEEK_EVERY, RUN } from './judging.ts';
import { markdownTable, shareText } from './markdown.ts';
import { createRandom } from './random.ts';
import { worldNamed, WORLDS, type Arms } from './worlds.ts';

const FULL = 200;
const CHUNK = 20;
/** Of how many runs the judges without memory judge every look, which costs them most. */
const PEEKED_SHARE = 0.1;
const HISTORY = 240;
/** How many earlier runs the sequential judge has. */
const EARLIER = [0, 1, 3];

interface Task {
  world: string;
  seed: number;
  runs: number;
  peeked: number;
}

/** Times in minutes at which a healthy canary was failed; null = never. */
interface Row {
  /** Of the sequential judge, by number of earlier runs and level. */
  sequential: (number | null)[][];
  peeking?: { netflix: number | null; mannWhitney: number | null };
  hourly: number | null;
  once: boolean;
  onceMannWhitney: boolean;
  /** Largest ln E of the run, with most history. */
  evidence: number;
}

const ALPHAS = [0.05, 0.01];
const LENGTHS = [1, 2, 4, 8];

/** Tables 1, 2 and 7: how often a healthy canary is failed. */
export const falseAlarms: Experiment<Task, Row[]> = {
  title: 'False alarms',
  tasks(effort) {
    const runs = runsFor(FULL, effort);
    return WORLDS.flatMap(({ name }, w) =>
      Array.from({ length: Math.ceil(runs / CHUNK) }, (_, i) => {
        const size = Math.min(CHUNK, runs - i * CHUNK);
        const peeked = Math.ceil(size * PEEKED_SHARE);
        return { world: name, seed: 1000 * (w + 1) + i, runs: size, peeked };
      }),
    );
  },
  run({ world, seed, runs, peeked }) {
    const random = createRandom(seed);
    return Array.from({ length: runs }, (_, i) => simulateRun(world, random, i < peeked));
  },
  render(tasks, results) {
    const byWorld = new Map(WORLDS.map(({ name }) => [name, [] as Row[]]));
    tasks.forEach(({ world }, i) => byWorld.get(world)!.push(...results[i]!));
    return [renderWhole(byWorld), renderLengths(byWorld), renderTwelve(byWorld)].join('\n\n');
  },
};

function simulateRun(
  world: string,
  random: ReturnType<typeof createRandom>,
  isPeeked: boolean,
): Row {
  const { draw } = worldNamed(world);
  const history = Array.from({ length: EARLIER.at(-1)! }, () => draw(random, { length: HISTORY }));
  const arms = draw(random, { length: RUN });
  const paths = EARLIER.map((count) => followRun(arms, { history: history.slice(0, count) }).fail);
  return {
    sequential: paths.map((path) => ALPHAS.map((alpha) => finite(crossing(path, alpha)))),
    ...(isPeeked ? { peeking: peekWithoutMemory(arms) } : {}),
    hourly: finite(firstFailure(NETFLIX_JUDGE, arms, 60)),
    once: failsAt(NETFLIX_JUDGE, arms, RUN),
    onceMannWhitney: failsAt(MANN_WHITNEY_JUDGE, arms, RUN),
    evidence: paths.at(-1)!.at(-1)!,
  };
}

function peekWithoutMemory(arms: Arms): NonNullable<Row['peeking']> {
  return {
    netflix: finite(firstFailure(NETFLIX_JUDGE, arms, PEEK_EVERY)),
    mannWhitney: finite(firstFailure(MANN_WHITNEY_JUDGE, arms, PEEK_EVERY)),
  };
}

/** Infinity does not survive a message between processes written as JSON. */
function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}

type ByWorld = Map<string, Row[]>;

function peekedOf(rows: readonly Row[]): NonNullable<Row['peeking']>[] {
  return rows.flatMap(({ peeking }) => (peeking === undefined ? [] : [peeking]));
}

function earlierText(count: number): string {
  return count === 0 ? 'no history' : count === 1 ? '1 earlier run' : `${count} earlier runs`;
}

function levelText(alpha: number): string {
  return String(alpha).slice(1);
}

function renderWhole(byWorld: ByWorld): string {
  const rows = [...byWorld].map(([name, runs]) => [
    worldNamed(name).title,
    shareText(runs.map(({ once }) => once)),
    shareText(runs.map(({ hourly }) => hourly !== null)),
    shareText(peekedOf(runs).map(({ netflix }) => netflix !== null)),
    shareText(runs.map(({ onceMannWhitney }) => onceMannWhitney)),
    shareText(peekedOf(runs).map(({ mannWhitney }) => mannWhitney !== null)),
    ...EARLIER.flatMap((_count, j) =>
      ALPHAS.map((_, a) => shareText(runs.map(({ sequential }) => sequential[j]![a] !== null))),
    ),
  ]);
  const header = [
    'metric',
    'Netflix once',
    'Netflix hourly',
    'Netflix every 15 min',
    'Mann-Whitney once',
    'Mann-Whitney every 15 min',
    ...EARLIER.flatMap((count) =>
      ALPHAS.map((alpha) => `${earlierText(count)} ${levelText(alpha)}`),
    ),
  ];
  const some = [...byWorld.values()][0]!;
  return `### A healthy canary is failed within 8 hours, in %

One metric, minutes, direction \`either\`, no tolerance. The last six columns are the sequential judge without and with
earlier runs of four hours each, looked at every 5 minutes. ${some.length} runs a metric, ${peekedOf(some).length} for the rank tests
every 15 minutes; standard errors in brackets (for 0 and 100 the 95 % limit).

${markdownTable(header, rows)}`;
}

function renderLengths(byWorld: ByWorld): string {
  const within = (times: readonly (number | null)[], hours: number) =>
    shareText(times.map((time) => time !== null && time <= hours * 60));
  const rows = [...byWorld].flatMap(([name, runs]) => {
    const methods: [string, (number | null)[]][] = [
      ['Netflix every 15 min', peekedOf(runs).map(({ netflix }) => netflix)],
      ['Mann-Whitney every 15 min', peekedOf(runs).map(({ mannWhitney }) => mannWhitney)],
      ...EARLIER.map((count, j): [string, (number | null)[]] => [
        `${earlierText(count)} .05`,
        runs.map(({ sequential }) => sequential[j]![0]!),
      ]),
    ];
    return methods.map(([method, times]) => [
      `${name}, ${method}`,
      ...LENGTHS.map((hours) => within(times, hours)),
    ]);
  });
  return `### The same by length of the canary, in %

${markdownTable(['metric, judge', ...LENGTHS.map((hours) => `${hours} h`)], rows)}`;
}

const IID = ['normal', 'lognormal', 'poisson', 'zeroinfl', 'diurnal', 'heavy'];
const MIXED = ['normal', 'normal', 'lognormal', 'lognormal', ...IID.slice(2)];
const COMPOSITIONS = [
  { title: '12 iid-like metrics', worlds: IID.flatMap((name) => [name, name]) },
  {
    title: '12 mixed (4 autocorrelated)',
    worlds: [...MIXED, 'ar05', 'ar05', 'ar09', 'ar09wn'],
  },
];
const RESAMPLED = 4000;

/** Twelve runs drawn at random from those above; Holm's first step is Bonferroni's. */
function renderTwelve(byWorld: ByWorld): string {
  const random = createRandom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!;
  const rows = COMPOSITIONS.map(({ title, worlds: names }) => {
    const draws = Array.from({ length: RESAMPLED }, () => {
      const runs = names.map((name) => pick(byWorld.get(name)!));
      const strongest = Math.max(...runs.map(({ evidence }) => evidence));
      return {
        once: runs.some(({ once }) => once),
        peeking: names.some((name) => pick(peekedOf(byWorld.get(name)!)).netflix !== null),
        holm: ALPHAS.map((alpha) => strongest >= Math.log(names.length / alpha)),
        uncorrected: strongest >= Math.log(1 / ALPHAS[0]!),
      };
    });
    const share = (of: (draw: (typeof draws)[number]) => boolean) =>
      ((100 * draws.filter(of).length) / RESAMPLED).toFixed(1);
    return [
      title,
      share(({ once }) => once),
      share(({ peeking }) => peeking),
      share(({ uncorrected }) => uncorrected),
      ...ALPHAS.map((_, a) => share(({ holm }) => holm[a]!)),
    ];
  });
  const header = [
    'metrics',
    'Netflix once',
    'Netflix every 15 min',
    'sequential .05, uncorrected',
    'sequential .05',
    'sequential .01',
  ];
  return `### Some metric of twelve is wrongly failed, in %

${RESAMPLED} canaries, each of twelve runs drawn from those above: their small number, not ${RESAMPLED}, limits how exact these
shares are, most of all that of Netflix every 15 minutes. The sequential judge corrects with Holm's method.

${markdownTable(header, rows)}`;
}
