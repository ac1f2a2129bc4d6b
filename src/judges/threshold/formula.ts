import { mean } from '../../stats/moments.ts';
import {
  evaluateExpression,
  parseExpression,
  type Expression,
  type Leaf,
} from '../../stats/expression.ts';
import { quantile } from '../../stats/quantile.ts';
import type { Sample } from '../clean.ts';

/** What a formula calls the metric it belongs to. */
export const SELF = 'self';

type Aggregate = (sample: Sample, parameters: readonly number[]) => number;

const AGGREGATES: Record<string, { parameters: number; of: Aggregate }> = {
  mean: { parameters: 0, of: ({ values }) => meanOf(values) },
  sum: { parameters: 0, of: ({ values }) => sumOf(values) },
  min: { parameters: 0, of: ({ sorted }) => sorted[0]! },
  max: { parameters: 0, of: ({ sorted }) => sorted.at(-1)! },
  last: { parameters: 0, of: ({ values }) => values.at(-1)! },
  count: { parameters: 0, of: ({ values }) => values.length },
  p50: { parameters: 0, of: ({ sorted }) => quantileOf(sorted, 0.5) },
  p90: { parameters: 0, of: ({ sorted }) => quantileOf(sorted, 0.9) },
  p95: { parameters: 0, of: ({ sorted }) => quantileOf(sorted, 0.95) },
  p99: { parameters: 0, of: ({ sorted }) => quantileOf(sorted, 0.99) },
  quantile: { parameters: 1, of: ({ sorted }, [share]) => quantileOf(sorted, share!) },
};
const GRAMMAR = {
  noun: 'metrics',
  aggregates: Object.fromEntries(
    Object.entries(AGGREGATES).map(([name, { parameters }]) => [name, parameters]),
  ),
};

/** Reads a formula over aggregates of metrics; faults: `invalid-formula`. */
export function readFormula(text: string, names: readonly string[]): Expression {
  return parseExpression(text, { ...GRAMMAR, names: [SELF, ...names] });
}

/**
 * The number a formula gives; NaN where a metric has no values, or where it is not a number (0/0). A
 * plain aggregate may be infinite: a histogram says so of a latency beyond its last bucket.
 */
export function evaluate(root: Expression, sampleOf: (name: string) => Sample | undefined): number {
  const valueOf = ({ name, aggregate, parameters }: Leaf): number => {
    const sample = sampleOf(name);
    if (sample === undefined || sample.values.length === 0) return Number.NaN;
    return AGGREGATES[aggregate!]!.of(sample, parameters);
  };
  return root.kind === 'leaf' ? valueOf(root) : evaluateExpression(root, valueOf);
}

/** Where the exact sum overflows or meets an infinity, the sum of shares. */
export function meanOf(values: Float64Array): number {
  const exact = mean(values);
  const count = values.length;
  return Number.isNaN(exact) ? values.reduce((sum, value) => sum + value / count, 0) : exact;
}

/** Between two infinities, which have no difference, the larger value. */
function quantileOf(sorted: Float64Array, share: number): number {
  const value = quantile(sorted, share);
  return Number.isNaN(value) ? sorted[Math.ceil((sorted.length - 1) * share)]! : value;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
