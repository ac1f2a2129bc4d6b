import type { FindingAction, FindingCode } from '../../src/model/judgement/finding.ts';
import type { Verdict } from '../../src/model/judgement/judgement.ts';
import type { components } from '../../src/openapi.d.ts';

type Schemas = components['schemas'];
type Values = readonly (number | null | 'Infinity')[];

/** One thing that goes wrong with data, and what is said of it. */
export interface Situation {
  name: string;
  metric?: Partial<Schemas['MetricConfig']>;
  pairs: readonly {
    baseline: Values;
    canary: Values;
    tags?: Record<string, string>;
    exposure?: { baseline: number[]; canary: number[] };
  }[];
  judgeOptions?: Schemas['JudgeOptions'];
  dataPolicy?: Schemas['DataPolicy'];
  /** Every finding that holds or fails, and each that is named here. */
  finds: readonly [FindingCode, FindingAction][];
  sentence?: RegExp;
  /** What no judge may say of it. */
  never?: readonly Verdict[];
}

const STEPS = 60;

/** Deterministic noise: the fractional parts of multiples of an irrational number. */
function noise(seed: number): (i: number) => number {
  return (i) => ((i + 1) * 0.618_033_988_749 * (seed + 1)) % 1;
}

export function wave(level = 100, seed = 1, steps = STEPS): number[] {
  const at = noise(seed);
  return Array.from({ length: steps }, (_, i) => level * (1 + 0.1 * (at(i) - 0.5)));
}

type Edit = (value: number, i: number) => number | null | 'Infinity';
const edited = (edit: Edit, level = 100, seed = 2) => wave(level, seed).map(edit);
const gaps = (isGap: (i: number) => boolean, seed = 2) =>
  edited((value, i) => (isGap(i) ? null : value), 100, seed);
const BLANK = Array.from({ length: STEPS }, () => null);
const constant = (value: number) => Array.from({ length: STEPS }, () => value);
const BASE = wave(100, 1);
const FINE = wave(100, 2);
const some = (steps: readonly number[], value = 1) =>
  constant(0).map((zero, i) => (steps.includes(i) ? value : zero));
const plain = (canary: Values, baseline: Values = BASE) => [{ baseline, canary }];

const COUNT = { kind: 'count', exposure: { source: 'inline' } } as const;
const counted = (
  baseline: Values,
  canary: Values,
  exposure = { baseline: constant(1000), canary: constant(1000) },
) => [{ baseline, canary, exposure }];
const events = (level: number, seed: number) => wave(level, seed).map(Math.round);

const silence: Situation[] = [
  { name: 'healthy', pairs: plain(FINE), never: ['nodata'], finds: [] },
  {
    name: 'the canary stops after a fifth',
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'hold']],
    sentence: /the canary reported for 12 of 60 steps, then nothing, while the baseline went on/,
  },
  {
    name: 'the canary stops in the middle',
    pairs: plain(gaps((i) => i >= 30)),
    finds: [['silent-side', 'hold']],
    sentence: /30 of 60/,
  },
  {
    name: 'the canary stops for the last fifth',
    pairs: plain(gaps((i) => i >= 48)),
    finds: [['silent-side', 'hold']],
    sentence: /48 of 60/,
  },
  {
    name: 'the newest values are late',
    pairs: plain(gaps((i) => i >= 58)),
    never: ['nodata'],
    finds: [],
  },
  {
    name: 'the baseline stops',
    pairs: plain(
      FINE,
      gaps((i) => i >= 12, 1),
    ),
    finds: [['silent-side', 'hold']],
    sentence: /the baseline reported for 12/,
  },
  {
    name: 'a critical canary stops',
    metric: { critical: true },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'fail']],
    sentence: /canary reported for 12/,
  },
  {
    name: 'a muted canary stops',
    metric: { muted: true },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'warn']],
  },
  {
    name: 'both stop together',
    pairs: plain(
      gaps((i) => i >= 12),
      gaps((i) => i >= 12, 1),
    ),
    finds: [],
  },
  {
    name: 'a shorter list is a silence',
    pairs: plain(FINE.slice(0, 12)),
    finds: [['silent-side', 'hold']],
    sentence: /12 of 60/,
  },
  {
    name: 'silence that is allowed',
    dataPolicy: { 'silent-side': 'warn' },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'warn']],
  },
  {
    name: 'silence that fails',
    dataPolicy: { 'silent-side': 'fail' },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'fail']],
  },
  {
    name: 'silence that is ignored',
    dataPolicy: { 'silent-side': 'ignore' },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [],
  },
  {
    name: 'a silence that counts as zero',
    metric: { missingValues: 'zero', direction: 'increase' },
    pairs: plain(gaps((i) => i >= 12)),
    finds: [['silent-side', 'warn']],
  },
];
const losses: Situation[] = [
  {
    name: 'every other value is missing',
    pairs: plain(gaps((i) => i % 2 === 0)),
    finds: [['partial-loss', 'hold']],
    sentence: /30 of 60 values are missing on the canary \(50 %\), 0 on the baseline/,
  },
  {
    name: 'five of six values are missing',
    pairs: plain(gaps((i) => i % 6 !== 0)),
    finds: [['partial-loss', 'hold']],
    sentence: /50 of 60/,
  },
  {
    name: 'the beginning is missing',
    pairs: plain(gaps((i) => i < 20)),
    finds: [['partial-loss', 'hold']],
  },
  {
    name: 'a tenth is missing',
    pairs: plain(gaps((i) => i % 10 === 4)),
    finds: [['partial-loss', 'warn']],
  },
  {
    name: 'a fifth is missing',
    pairs: plain(gaps((i) => i % 5 === 2)),
    finds: [['partial-loss', 'warn']],
  },
  {
    name: 'one value is missing',
    pairs: plain(gaps((i) => i === 7)),
    never: ['nodata'],
    finds: [],
  },
  {
    name: 'as much is missing on both',
    pairs: plain(
      gaps((i) => i % 2 === 0),
      gaps((i) => i % 2 === 0, 1),
    ),
    never: ['nodata'],
    finds: [],
  },
  {
    name: 'the baseline misses half',
    pairs: plain(
      FINE,
      gaps((i) => i % 2 === 0, 1),
    ),
    finds: [['partial-loss', 'hold']],
    sentence: /on the baseline/,
  },
  {
    name: 'a loss that is allowed',
    dataPolicy: { 'partial-loss': 'warn' },
    pairs: plain(gaps((i) => i % 2 === 0)),
    finds: [['partial-loss', 'warn']],
  },
  {
    name: 'a loss that fails',
    dataPolicy: { 'partial-loss': 'fail' },
    pairs: plain(gaps((i) => i % 2 === 0)),
    finds: [['partial-loss', 'fail']],
  },
];
const absences: Situation[] = [
  {
    name: 'the canary has nothing',
    pairs: plain(BLANK),
    finds: [['no-series', 'hold']],
    sentence: /the canary has no value at all, the baseline has 60 values/,
  },
  {
    name: 'the baseline has nothing',
    pairs: plain(FINE, BLANK),
    finds: [['no-series', 'hold']],
    sentence: /the baseline has no value at all/,
  },
  { name: 'the canary brings an empty list', pairs: plain([]), finds: [['no-series', 'hold']] },
  {
    name: 'errors on the canary alone',
    metric: { direction: 'increase' },
    pairs: plain(wave(0.2, 3), BLANK),
    finds: [['no-series', 'hold']],
    sentence: /baseline/,
  },
  {
    name: 'errors on the canary alone, where nothing is zero',
    metric: { direction: 'increase', missingValues: 'zero' },
    pairs: plain(wave(0.2, 3), BLANK),
    never: ['pass'],
    finds: [['no-series', 'warn']],
  },
  {
    name: 'nothing on the canary, where nothing is zero',
    metric: { direction: 'increase', missingValues: 'zero' },
    pairs: plain(BLANK),
    finds: [['no-series', 'warn']],
  },
  {
    name: 'nothing on either side',
    pairs: plain(BLANK, BLANK),
    finds: [['no-data', 'hold']],
    sentence: /no value came on either side/,
  },
  {
    name: 'nothing on either side, where nothing is zero',
    metric: { missingValues: 'zero' },
    pairs: plain(BLANK, BLANK),
    finds: [['no-data', 'hold']],
  },
  { name: 'no series in the request', pairs: [], finds: [['no-data', 'hold']] },
  {
    name: 'a metric that may be without data',
    metric: { noData: 'ignore' },
    pairs: plain(BLANK, BLANK),
    finds: [['no-data', 'warn']],
  },
  {
    name: 'a muted metric without data',
    metric: { muted: true },
    pairs: plain(BLANK, BLANK),
    finds: [['no-data', 'warn']],
  },
  {
    name: 'a critical canary has nothing',
    metric: { critical: true },
    pairs: plain(BLANK),
    finds: [['no-series', 'hold']],
  },
  {
    name: 'a canary that must have data has none',
    dataPolicy: { 'no-series': 'fail' },
    pairs: plain(BLANK),
    finds: [['no-series', 'fail']],
  },
];
const pairings: Situation[] = [
  {
    name: 'no pod of one side is on the other',
    pairs: [
      { tags: { pod: 'a', app: 'x' }, baseline: BASE, canary: BLANK },
      { tags: { pod: 'b', app: 'y' }, baseline: BLANK, canary: FINE },
    ],
    finds: [['labels-differ', 'hold']],
    sentence: /no series pairs: labels pod, app differ/,
  },
  {
    name: 'one label differs',
    pairs: [
      { tags: { pod: 'a', zone: 'z' }, baseline: BASE, canary: BLANK },
      { tags: { pod: 'b', zone: 'z' }, baseline: BLANK, canary: FINE },
    ],
    finds: [['labels-differ', 'hold']],
    sentence: /label pod differs/,
  },
  {
    name: 'each label meets alone',
    pairs: [
      { tags: { a: '1', b: '2' }, baseline: BASE, canary: BLANK },
      { tags: { a: '2', b: '1' }, baseline: BASE, canary: BLANK },
      { tags: { a: '1', b: '1' }, baseline: BLANK, canary: FINE },
      { tags: { a: '2', b: '2' }, baseline: BLANK, canary: FINE },
    ],
    finds: [['labels-differ', 'hold']],
    sentence: /labels a, b differ/,
  },
  {
    name: 'a pod of the canary is alone',
    pairs: [
      { tags: { pod: 'a' }, baseline: BASE, canary: FINE },
      { tags: { pod: 'b' }, baseline: BLANK, canary: FINE },
    ],
    finds: [['unpaired-series', 'hold']],
    sentence: /1 of 2 series are on the canary alone: {pod="b"}/,
  },
  {
    name: 'a pod of the baseline is alone',
    pairs: [
      { tags: { pod: 'a' }, baseline: BASE, canary: FINE },
      { tags: { pod: 'b' }, baseline: BASE, canary: BLANK },
    ],
    finds: [['unpaired-series', 'hold']],
    sentence: /on the baseline alone/,
  },
  {
    name: 'a pod alone, which is allowed',
    dataPolicy: { 'unpaired-series': 'warn' },
    metric: { noData: 'ignore' },
    pairs: [
      { tags: { pod: 'a' }, baseline: BASE, canary: FINE },
      { tags: { pod: 'b' }, baseline: BASE, canary: BLANK },
    ],
    finds: [
      ['unpaired-series', 'warn'],
      ['not-compared', 'hold'],
    ],
  },
  {
    name: 'all pods pair',
    pairs: [
      { tags: { pod: 'a' }, baseline: BASE, canary: FINE },
      { tags: { pod: 'b' }, baseline: wave(100, 3), canary: wave(100, 4) },
    ],
    never: ['nodata'],
    finds: [],
  },
];
const numbers: Situation[] = [
  {
    name: 'all values are infinite',
    pairs: plain(
      BLANK.map(() => 'Infinity' as const),
      BLANK.map(() => 'Infinity' as const),
    ),
    finds: [['infinite-values', 'hold']],
    sentence: /60 of 60 values of the baseline and 60 of 60 values of the canary are infinite/,
  },
  {
    name: 'some values of the canary are infinite',
    pairs: plain(edited((value, i) => (i % 10 === 0 ? 'Infinity' : value))),
    finds: [['infinite-values', 'hold']],
    sentence: /6 of 60 values of the canary/,
  },
  {
    name: 'one value of the baseline is infinite',
    pairs: plain(
      FINE,
      edited((value, i) => (i === 5 ? 'Infinity' : value), 100, 1),
    ),
    finds: [['infinite-values', 'hold']],
    sentence: /1 of 60 values of the baseline/,
  },
  {
    name: 'both sides are the same',
    pairs: plain(BASE),
    never: ['nodata'],
    finds: [['identical-sides', 'warn']],
    sentence: /the same on both sides, one by one/,
  },
  { name: 'both sides are the same constant', pairs: plain(constant(3), constant(3)), finds: [] },
  {
    name: 'sameness that holds',
    dataPolicy: { 'identical-sides': 'hold' },
    pairs: plain(BASE),
    finds: [['identical-sides', 'hold']],
  },
  {
    name: 'the canary never moves',
    pairs: plain(constant(100)),
    finds: [['constant-side', 'warn']],
    sentence: /the canary is 100 in all 60 values, while the baseline varies/,
  },
  {
    name: 'the baseline never moves',
    pairs: plain(FINE, constant(100)),
    finds: [['constant-side', 'warn']],
    sentence: /the baseline is 100/,
  },
  {
    name: 'a canary that hangs is held',
    dataPolicy: { 'constant-side': 'hold' },
    pairs: plain(constant(100)),
    finds: [['constant-side', 'hold']],
  },
  {
    name: 'values repeat',
    pairs: plain(
      edited((_, i) => FINE[i - (i % 4)]!),
      edited((_, i) => BASE[i - (i % 4)]!),
    ),
    finds: [['stale-repeats', 'warn']],
    sentence: /values repeat 4 times: the step is 1 min, the source has one a 4 min/,
  },
  {
    name: 'a level that stands still',
    metric: { kind: 'gauge' },
    pairs: plain(
      edited((_, i) => FINE[i - (i % 4)]!),
      edited((_, i) => BASE[i - (i % 4)]!),
    ),
    finds: [],
  },
  {
    name: 'a counter as it stands is reset',
    pairs: plain(
      constant(0).map((_, i) => 10 + (i % 30) * 10 + FINE[i]! / 100),
      constant(0).map((_, i) => 1000 + i * 10),
    ),
    finds: [['counter-reset', 'hold']],
    sentence: /the canary only grows, and starts anew 1 time/,
  },
  {
    name: 'a saw-tooth is no counter',
    pairs: plain(
      constant(0).map((_, i) => 100 - (i % 5)),
      constant(0).map((_, i) => 100 - (i % 5) + BASE[i]! / 100),
    ),
    never: ['nodata'],
    finds: [],
  },
];
const traffic: Situation[] = [
  {
    name: 'three times the errors at a tenth of the traffic',
    metric: { ...COUNT, direction: 'increase', tolerance: { increase: 1.5 } },
    pairs: counted(events(50, 1), events(15, 2), {
      baseline: constant(10_000),
      canary: constant(1000),
    }),
    never: ['pass'],
    finds: [],
  },
  {
    name: 'the same errors at a tenth of the traffic',
    metric: { ...COUNT, direction: 'increase', tolerance: { increase: 1.5 } },
    pairs: counted(events(50, 1), events(5, 2), {
      baseline: constant(10_000),
      canary: constant(1000),
    }),
    never: ['fail'],
    finds: [],
  },
  {
    name: 'nobody uses the canary',
    metric: { ...COUNT },
    pairs: counted(events(50, 1), constant(0), { baseline: constant(1000), canary: constant(0) }),
    finds: [['no-traffic', 'hold']],
    sentence: /the canary had no traffic, the baseline 60000 requests/,
  },
  {
    name: 'nobody uses the canary, where nothing is zero',
    metric: { ...COUNT, missingValues: 'zero' },
    pairs: counted(events(50, 1), BLANK, { baseline: constant(1000), canary: constant(0) }),
    finds: [['no-traffic', 'hold']],
  },
  {
    name: 'the traffic is not split as declared',
    metric: { ...COUNT },
    judgeOptions: { canaryShare: 0.5 },
    pairs: counted(events(50, 1), events(3, 2), { baseline: constant(950), canary: constant(50) }),
    finds: [['sample-ratio', 'hold']],
    sentence: /the canary got 5 % of 60000 requests, declared are 50 %/,
  },
  {
    name: 'the traffic is split as declared',
    metric: { ...COUNT, tolerance: { increase: 2 }, direction: 'increase' },
    judgeOptions: { canaryShare: 0.05 },
    pairs: counted(events(190, 1), events(10, 2), {
      baseline: constant(9500),
      canary: constant(500),
    }),
    never: ['nodata'],
    finds: [],
  },
  {
    name: 'a split that is only told',
    metric: { ...COUNT, tolerance: { increase: 2 } },
    dataPolicy: { 'sample-ratio': 'warn' },
    judgeOptions: { canaryShare: 0.5 },
    pairs: counted(events(190, 1), events(10, 2), {
      baseline: constant(950),
      canary: constant(50),
    }),
    finds: [['sample-ratio', 'warn']],
  },
  {
    name: 'one restart on a baseline of zeros',
    metric: { direction: 'increase' },
    pairs: plain(some([20]), constant(0)),
    finds: [['rise-from-zero', 'warn']],
  },
  {
    name: 'six restarts on a baseline of zeros',
    metric: { direction: 'increase' },
    pairs: plain(some([5, 15, 25, 35, 45, 55]), constant(0)),
    finds: [['rise-from-zero', 'hold']],
    sentence: /the baseline is always 0, the canary is above 0 in 6 steps of 60/,
  },
  {
    name: 'six restarts that are told',
    metric: { direction: 'increase' },
    dataPolicy: { 'rise-from-zero': 'warn' },
    pairs: plain(some([5, 15, 25, 35, 45, 55]), constant(0)),
    finds: [['rise-from-zero', 'warn']],
  },
  {
    name: 'a rise that does no harm',
    metric: { direction: 'decrease' },
    pairs: plain(some([5, 15, 25, 35, 45, 55]), constant(0)),
    finds: [],
  },
  {
    name: 'too few values',
    pairs: plain(FINE.slice(0, 3), BASE.slice(0, 3)),
    finds: [['not-compared', 'hold']],
  },
];

export const SITUATIONS: readonly Situation[] = [
  ...silence,
  ...losses,
  ...absences,
  ...pairings,
  ...numbers,
  ...traffic,
];
