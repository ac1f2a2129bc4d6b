/** Starts and weights of the parts of a restart mixture, in samples from the beginning. */
export interface RestartPlan {
  /** Samples between two starts. */
  every: number;
  /** Planned length of the run in samples; starts at or after it are not made. */
  planned: number;
}

/**
 * When each part of a restart mixture begins and the logarithm of its weight (S7): half for the whole
 * run, the rest equally for starts every `every` samples. Both are fixed before the first sample,
 * which makes the weighted mean of e-processes an e-process.
 */
export function restartStarts({ every, planned }: RestartPlan): {
  starts: number[];
  logWeights: number[];
} {
  const later = every > 0 ? Math.max(Math.ceil(planned / every) - 1, 0) : 0;
  const starts = Array.from({ length: later + 1 }, (_, j) => j * every);
  const logWeights = starts.map((_, j) =>
    later === 0 ? 0 : j === 0 ? Math.log(0.5) : Math.log(0.5 / later),
  );
  return { starts, logWeights };
}
