import type {
  Analysis,
  AnalysisState,
  Execution,
  ExecutionResult,
} from '../../src/model/analysis.ts';
import type {
  Classification,
  Evidence,
  Judgement,
  MetricJudgement,
  SampleSummary,
} from '../../src/model/judgement/judgement.ts';
import type { Pair } from '../../src/model/series.ts';

/** A Tuesday afternoon: fixed instants keep pages and events equal from run to run. */
export const START = Date.UTC(2026, 2, 3, 14, 2);
export const END = START + 30 * 60_000;
const POINTS = 60;
const STEP_MS = 30_000;

export function sampleAnalysis(changes: Partial<Analysis> = {}): Analysis {
  return {
    ...unjudgedAnalysis('completed'),
    endedAt: END + 4000,
    verdict: 'fail',
    score: 62,
    reason:
      'Fail: score 62 of 100, pass needs 95. 2 of 5 metrics got worse; latency p99 /checkout costs most: 412 ms to 533 ms.',
    ...changes,
  };
}

export function unjudgedAnalysis(state: AnalysisState, changes: Partial<Analysis> = {}): Analysis {
  return {
    id: 'an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
    state,
    createdAt: START - 1000,
    startedAt: START,
    sequence: 3,
    snapshot: {
      configName: 'checkout',
      config: {
        name: 'checkout',
        judge: 'NetflixACAJudge-v1.0',
        judgeOptions: {},
        metrics: [],
        groupWeights: { Latency: 40, Errors: 40 },
        thresholds: { pass: 95, marginal: 75 },
        templates: {},
      },
      thresholds: { pass: 95, marginal: 75 },
      scopes: {
        default: {
          baseline: { scope: 'checkout-v1.41', location: 'eu-west', parameters: {}, offsetMs: 0 },
          canary: { scope: 'checkout-v1.42', location: 'eu-west', parameters: {}, offsetMs: 0 },
        },
      },
      window: { kind: 'fixed', startAt: START, endAt: END, stepSeconds: STEP_MS / 1000 },
      callbacks: [],
      labels: { service: 'checkout', commit: '3f2a9c1' },
      inlineSeries: {},
    },
    ...changes,
  };
}

export function sampleExecution(changes: Partial<Execution> = {}): Execution {
  return {
    id: 'ex_01JNCTR8W2Q5V6X7Y8Z9A0B1C3',
    analysisId: 'an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
    index: 1,
    state: 'completed',
    startAt: START,
    endAt: END,
    dueAt: END,
    attempt: 1,
    startedAt: END,
    endedAt: END + 2000,
    verdict: 'fail',
    score: 62,
    reason: 'score 62 of 100, pass needs 95',
    ...changes,
  };
}

interface SampleMetric {
  name: string;
  group: string;
  classification: Classification;
  unit?: string;
  baseline: number;
  canary: number;
  spread?: number;
  direction?: 'increase' | 'decrease' | 'either';
  allowedIncrease?: number;
  allowedDecrease?: number;
  muted?: boolean;
  critical?: boolean;
  tags?: Record<string, string>;
}

export const SAMPLE_METRICS: readonly SampleMetric[] = [
  {
    name: 'requests',
    group: 'Traffic',
    classification: 'Pass',
    unit: '/s',
    baseline: 84.2,
    canary: 83.9,
  },
  {
    name: 'error rate',
    group: 'Errors',
    classification: 'Pass',
    unit: '%',
    baseline: 0.42,
    canary: 0.4,
    spread: 0.2,
  },
  {
    name: 'latency p99 /checkout',
    group: 'Latency',
    classification: 'High',
    unit: 'ms',
    baseline: 412,
    canary: 533,
    allowedIncrease: 1.1,
  },
  {
    name: 'cpu throttle',
    group: 'Saturation',
    classification: 'High',
    unit: '%',
    baseline: 1.2,
    canary: 3.1,
    spread: 0.25,
    allowedIncrease: 1.25,
  },
  {
    name: 'gc pause',
    group: 'Saturation',
    classification: 'Nodata',
    unit: 'ms',
    baseline: 0,
    canary: 0,
  },
];

export function sampleResult(metrics: readonly SampleMetric[] = SAMPLE_METRICS): ExecutionResult {
  return {
    judgement: sampleJudgement(metrics),
    pairs: metrics.map(samplePair),
    sourceWarnings: [],
  };
}

export function sampleJudgement(metrics: readonly SampleMetric[] = SAMPLE_METRICS): Judgement {
  const names = [...new Set(metrics.map(({ group }) => group))];
  return {
    judge: 'NetflixACAJudge-v1.0',
    verdict: 'fail',
    score: 62,
    scoreClassification: 'Fail',
    scoreReason: '',
    thresholds: { pass: 95, marginal: 75 },
    reason: 'score 62 of 100, pass needs 95',
    groups: names.map((name) => ({
      name,
      weight: 100 / names.length,
      score: groupScore(metrics.filter(({ group }) => group === name)),
      hasData: metrics.some(
        ({ group, classification }) => group === name && classification !== 'Nodata',
      ),
    })),
    metrics: metrics.map(sampleMetric),
    warnings: ['gc pause: 0 of 60 points on both sides'],
  };
}

function groupScore(metrics: readonly SampleMetric[]): number {
  const counted = metrics.filter(({ classification }) => classification !== 'Nodata');
  const passed = counted.filter(({ classification }) => classification === 'Pass');
  return counted.length === 0 ? 0 : (100 * passed.length) / counted.length;
}

function sampleMetric(metric: SampleMetric, index: number): MetricJudgement {
  const { name, group, classification, unit, baseline, canary } = metric;
  const hasData = classification !== 'Nodata' && classification !== 'NodataFailMetric';
  return {
    metric: name,
    pairId: `pair-${index}`,
    tags: metric.tags ?? {},
    groups: [group],
    ...(unit !== undefined && { unit }),
    classification,
    ...(classification === 'Nodata' && { classificationReason: `Missing data for ${name}` }),
    critical: metric.critical ?? false,
    muted: metric.muted ?? false,
    baseline: summary(hasData ? baseline : undefined),
    canary: summary(hasData ? canary : undefined),
    ...(classification !== 'Error' && { ratio: hasData ? canary / baseline : 1 }),
    ...(hasData && classification !== 'Error' && { evidence: sampleEvidence(metric) }),
    sentence: hasData
      ? `${name} is ${baseline > 0 ? (canary / baseline).toFixed(2) : 'many'} times the baseline; allowed ${metric.allowedIncrease ?? 1}`
      : `${name}: no data on either side`,
  };
}

function summary(mean: number | undefined): SampleSummary {
  if (mean === undefined) {
    return {
      count: 0,
      min: 0,
      max: 0,
      mean: 0,
      std: 0,
      received: POINTS,
      missing: POINTS,
      outliers: 0,
    };
  }
  return {
    count: POINTS - 4,
    min: mean * 0.7,
    max: mean * 1.4,
    mean,
    std: mean * 0.1,
    received: POINTS,
    missing: 3,
    outliers: 1,
  };
}

function sampleEvidence(metric: SampleMetric): Evidence {
  const { baseline, canary, spread = 0.08 } = metric;
  const ratio = canary / baseline;
  return {
    test: 'Mann-Whitney U',
    level: 0.98,
    estimate: canary - baseline,
    interval: { lower: canary * (1 - spread) - baseline, upper: canary * (1 + spread) - baseline },
    bound: 0.25 * Math.abs(canary - baseline),
    ratio: { estimate: ratio, lower: ratio * (1 - spread), upper: ratio * (1 + spread) },
    effect: {
      measure: 'meanRatio',
      value: ratio,
      direction: metric.direction ?? 'increase',
      allowedIncrease: metric.allowedIncrease ?? 1.05,
      allowedDecrease: metric.allowedDecrease ?? 0.95,
    },
    cles: canary > baseline ? 0.9 : 0.5,
  };
}

function samplePair(metric: SampleMetric, index: number): Pair {
  const side = (mean: number, phase: number) => ({
    startAt: START,
    stepMs: STEP_MS,
    values:
      metric.classification === 'Nodata' ? Array<number>(POINTS).fill(NaN) : wave(mean, phase),
    attributes: { query: `query_of{name="${metric.name}"} and mean > ${mean}` },
  });
  return {
    id: `pair-${index}`,
    metric: metric.name,
    tags: metric.tags ?? {},
    baseline: side(metric.baseline, index),
    canary: side(metric.canary, index + 2),
  };
}

/** Looks like a metric, equal on every run; three gaps in the middle. */
function wave(mean: number, phase: number): number[] {
  return Array.from({ length: POINTS }, (_, i) =>
    i >= 31 && i < 34
      ? NaN
      : mean * (1 + 0.09 * Math.sin(i / 4 + phase) + 0.06 * Math.sin(i * 1.7 + phase * 3)),
  );
}
