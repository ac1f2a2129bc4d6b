/** Starts and weights of the parts of a restart mixture, in samples from the beginning. */
export interface RestartPlan {
  /** Samples between two starts, or more: there are never more than 48 parts. */
  every: number;
  /** Planned length of the run in samples; starts at or after it are not made. */
  planned: number;
}

/** Every sample goes into every part: without a bound a run of 40,000 would cost 800 times one of 1,440. */
const MOST_PARTS = 48;

/**
 * When each part of a restart mixture begins and the logarithm of its weight (S7): half for the whole
 * run, the rest equally for starts every `every` samples, rarer where those would be too many. Both are
 * fixed before the first sample, which makes the weighted mean of e-processes an e-process.
 */
export function restartStarts({ every, planned }: RestartPlan): {
  starts: number[];
  logWeights: number[];
} {
  const period = Math.max(every, Math.ceil(planned / MOST_PARTS));
  const later = every > 0 ? Math.max(Math.ceil(planned / period) - 1, 0) : 0;
  const starts = Array.from({ length: later + 1 }, (_, j) => j * period);
  const logWeights = starts.map((_, j) =>
    later === 0 ? 0 : j === 0 ? Math.log(0.5) : Math.log(0.5 / later),
  );
  return { starts, logWeights };
}
