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
