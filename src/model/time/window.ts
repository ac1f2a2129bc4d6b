/** When to look: a window in the past, judged once, or real time in one or more intervals. */
export type Window = FixedWindow | RealTimeWindow;

export interface FixedWindow {
  kind: 'fixed';
  startAt: number;
  endAt: number;
  stepSeconds: number;
  /** How long to wait after its end before reading it (ingestion delay); absent = not at all. */
  settleMs?: number;
  /** Time before `startAt` that is read too, for what the same instances differed by then; absent = none. */
  beforeMs?: number;
}

export interface RealTimeWindow {
  kind: 'realtime';
  /** When the clock of the analysis starts, epoch milliseconds. */
  startAt: number;
  /** Time under judgement after the warm-up. */
  durationMs: number;
  /** Time between two looks; equal to the duration for a single one. */
  intervalMs: number;
  /** Time after `startAt` that is left out (cold caches are a real difference). */
  warmupMs: number;
  /** Length of a sliding window; 0 = a window that grows from the end of the warm-up. */
  lookbackMs: number;
  /** How long to wait after an interval's end before reading it (ingestion delay). */
  settleMs: number;
  stepSeconds: number;
  /** Time before `startAt` that is read too; absent = none. */
  beforeMs?: number;
  /** End the analysis at the first interval whose verdict is fail. */
  stopOnFail: boolean;
  /** End it at the first interval whose score is not above this (Kayenta's rule), whatever its verdict. */
  stopAtScore?: number;
  /** End it at the first interval that could not be judged, instead of reading its time again at the next. */
  stopOnFailure?: boolean;
  /** A sliding window may begin before the end of the warm-up (Kayenta's rule). */
  lookbackBeforeStart?: boolean;
  /** No look is due before this moment. */
  notBefore?: number;
  /** Moment from which waits are counted, when it is not `startAt`; 0 = all looks are due at once. */
  clockStartAt?: number;
}

/** One look of an analysis: the window it judges and when it may run. */
export interface Interval {
  /** 1-based. */
  index: number;
  startAt: number;
  endAt: number;
  dueAt: number;
}
