/** Values on a regular time grid: value i belongs to `startAt + i * stepMs`; a gap is NaN. */
export interface Series {
  /** Labels that tell this series from others of the same metric, for example `{pod: "a"}`. */
  tags: Record<string, string>;
  startAt: number;
  stepMs: number;
  values: number[];
  /** What a reader needs to see where it came from; `query` is the query as executed. */
  attributes: Record<string, string>;
}

/** Two series of one metric with equal tags; what a judge compares. */
export interface Pair {
  id: string;
  /** Name of the metric in the config. */
  metric: string;
  tags: Record<string, string>;
  baseline: PairSide;
  canary: PairSide;
}

export type PairSide = Omit<Series, 'tags'>;

/** One instance of a side, for example a pod, on the grid of its pair; a gap is NaN. */
export interface InstanceSeries {
  name: string;
  values: readonly number[];
}

/** The instances that the two sides of a pair were put together from. */
export interface PairInstances {
  baseline: readonly InstanceSeries[];
  canary: readonly InstanceSeries[];
}
