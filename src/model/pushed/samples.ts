import type { Side } from '../scope.ts';

/** A value that was sent to one analysis for one of its metrics. */
export interface PushedSample {
  at: number;
  value: number;
  /** What events are counted out of. */
  exposure?: number;
  instance?: string;
  labels?: Record<string, string>;
}

/** Where the values that were sent to an analysis are kept, for one side of one of its metrics. */
export function streamOfSamples(analysisId: string, metric: string, side: Side): string {
  return `samples:${JSON.stringify([analysisId, side, metric])}`;
}
