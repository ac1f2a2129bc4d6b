/**
 * Where the level of a stretch of samples comes from: `run` = another healthy run, with an offset of its
 * own; `pre` = the same instances before the rollout; `sofar` = this very run before a restart; `noise` =
 * one whose level says nothing and whose noise alone is used.
 */
export type SegmentKind = 'run' | 'pre' | 'sofar' | 'noise';

/** One segment's mean under a noise model, with its information: variance sigma^2 / information. */
export interface SegmentLevel {
  kind: SegmentKind;
  mean: number;
  information: number;
}

/** What the levels say of the offset of the coming run; variances in units of sigma^2. */
export interface OffsetLevel {
  expected: number;
  variance: number;
  /** Squares of the levels about what was expected of them, and ln of the density's scale. */
  squares: number;
  logScale: number;
}

/** The mean of all offsets is as uncertain as one offset; one may drift by a fifth of its size. */
const MEAN_SPREAD = 1;
const DRIFT = 0.04;

/** A smaller spread is none: its limit is the same, and its inverse would be infinite. */
const LEAST_SPREAD = 1e-200;

/**
 * Posterior of a run's offset b ~ N(m, spread), m ~ N(0, spread), from the levels of earlier segments (S9.3):
 * runs tell of m and of how far one run strays from it; `pre` and `sofar` segments measure this run's own
 * offset, one after the other, as in a Kalman filter without time.
 *
 * Convention: everything in units of the noise's variance sigma^2; a spread of 0 = there are no offsets, and
 * every level is a measurement of 0. Without a centre (`isCentred` false: no level is known, only how far
 * instances lie apart) m is 0 exactly.
 */
export function offsetLevel(
  spread: number,
  segments: readonly SegmentLevel[],
  { isCentred }: { isCentred: boolean },
): OffsetLevel {
  const told = segments.filter(({ kind }) => kind !== 'noise');
  if (!(spread > LEAST_SPREAD)) return withoutOffset(told);
  const runs = told.filter(({ kind }) => kind === 'run');
  const level = isCentred ? centredLevel(spread, runs) : strayLevel(spread, runs);
  for (const { kind, mean, information } of told) {
    if (kind === 'run') continue;
    const drift = kind === 'pre' ? DRIFT * spread : 0;
    const total = 1 / information + level.variance + drift;
    const surprise = mean - level.expected;
    const gain = level.variance / total;
    level.logScale -= Math.log(total) / 2;
    level.squares += (surprise * surprise) / total;
    level.expected += gain * surprise;
    level.variance -= gain * level.variance;
  }
  return level;
}

function withoutOffset(segments: readonly SegmentLevel[]): OffsetLevel {
  const level = { expected: 0, variance: 0, squares: 0, logScale: 0 };
  for (const { mean, information } of segments) {
    level.squares += information * mean * mean;
    level.logScale += Math.log(information) / 2;
  }
  return level;
}

function centredLevel(spread: number, runs: readonly SegmentLevel[]): OffsetLevel {
  const prior = 1 / (MEAN_SPREAD * spread);
  let [total, sum, squares, logScale] = [prior, 0, 0, Math.log(prior) / 2];
  for (const { mean, information } of runs) {
    const weight = 1 / (1 / information + spread);
    total += weight;
    sum += weight * mean;
    squares += weight * mean * mean;
    logScale += Math.log(weight) / 2;
  }
  const expected = sum / total;
  return {
    expected,
    variance: spread + 1 / total,
    squares: squares - total * expected * expected,
    logScale: logScale - Math.log(total) / 2,
  };
}

function strayLevel(spread: number, runs: readonly SegmentLevel[]): OffsetLevel {
  const level = { expected: 0, variance: spread, squares: 0, logScale: 0 };
  for (const { mean, information } of runs) {
    const weight = 1 / (1 / information + spread);
    level.squares += weight * mean * mean;
    level.logScale += Math.log(weight) / 2;
  }
  return level;
}
