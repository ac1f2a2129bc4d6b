import type { Latencies } from './latencies.ts';

/** One step of a load test. */
export interface LoadStep {
  requests: number;
  errors: number;
  latencies: Latencies;
}

/** What a tool has written of one load test, in steps of the file's own time. */
export interface LoadTest {
  /** When its first step begins; absent where the file has no instants. */
  startAt?: number;
  /** The finest steps there are; coarser ones are multiples. */
  stepMs: number;
  /** How many of the finest steps it lasted. */
  length: number;
  /** Whether each step is a whole test without times, of which nothing is left out. */
  isSummary?: true;
  /** Steps of the asked length from the first on. */
  steps(stepMs: number): LoadStep[];
  /** What the reader should know of the file: what was left out, what it cannot tell. */
  notes: string[];
}
