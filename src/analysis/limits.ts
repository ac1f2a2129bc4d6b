/** What one analysis may cost; every use case takes the part it needs. */
export interface AnalysisLimits {
  /** Time one judgement may take, its queries and their retries included. */
  executionDeadlineMs: number;
  /** Queries at once within one judgement. */
  fetchConcurrency: number;
  maxPoints: number;
  maxIntervals: number;
  maxMetrics: number;
}
