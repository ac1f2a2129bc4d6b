/** Which resource's metric a running analysis asks for, as OTLP names them, and of which times. */
export interface ExpectedMetric {
  /** Resource attribute that tells the sides apart, such as `service.version`. */
  attribute: string;
  /** Its value on this side. */
  scope: string;
  /** Name of the metric. */
  name: string;
  fromAt: number;
  untilAt: number;
}

/** A point of one metric at one time, as it is kept; `labels` are its attributes as texts. */
export type PushedPoint = { labels: Record<string, string> } & (
  | { kind: 'gauge'; value: number }
  | ({ kind: 'sum'; value: number } & Growing)
  | ({ kind: 'histogram'; bounds: number[]; counts: number[] } & Growing)
  | ({ kind: 'exponential' } & ExponentialBuckets & Growing)
);

interface Growing {
  /** When counting began, epoch milliseconds; 0 where it was not told. */
  startAt: number;
  /** It counts what came since `startAt`; absent: since the point before, which others add up. */
  isDelta?: true;
}

/** Counts in buckets (base^(offset + i), base^(offset + i + 1)] with base = 2^(2^-scale); `negative` mirrored. */
export interface ExponentialBuckets {
  scale: number;
  zeroCount: number;
  positive: { offset: number; counts: number[] };
  negative: { offset: number; counts: number[] };
}

/** The points of one metric that one instance had at one time; of no metric, it was heard of. */
export interface PushedReading {
  instance: string;
  points: PushedPoint[];
}

/** Where readings of one metric are kept; without a name, that anything was heard of an instance. */
export function streamOfMetric({
  attribute,
  scope,
  name,
}: Pick<ExpectedMetric, 'attribute' | 'scope'> & { name?: string }): string {
  return `otlp:${JSON.stringify(name === undefined ? [attribute, scope] : [attribute, scope, name])}`;
}
