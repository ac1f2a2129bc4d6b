/** Epochs grow by this factor (eta) and get error in proportion to k^-SPENDING (s): the papers' choice. */
const GROWTH = 2;
const SPENDING = 1.4;
/** Riemann's zeta at SPENDING: what the parts of the error add up to. */
const ZETA = 3.1055472779775806;
/** Spacing, in logits, of the quantiles that are held at once (delta). */
const LOGIT_STEP = 0.5;

const SQUARE_ROOT_FACTOR = (GROWTH ** 0.25 + GROWTH ** -0.25) / Math.SQRT2;
const LINEAR_FACTOR = (Math.sqrt(GROWTH) + 1) / 2;

/**
 * Polynomial stitched bound of a sub-gamma sum, in the unit of the sum: passed at any time with a chance
 * of at most alpha. Wider than a mixture where that is tuned, narrower in the end: it grows as the law of
 * the iterated logarithm.
 *
 * Definition: l = 1.4 ln ln(2 v / m) + ln(zeta(1.4) / (alpha ln(2)^1.4)), bound
 * sqrt(k1^2 v l + (k2 c l)^2) + k2 c l, k1 = (2^(1/4) + 2^(-1/4)) / sqrt(2), k2 = (sqrt(2) + 1) / 2.
 * Edge cases: constant before m = `tightFrom`; c = `scale` = 0 is a sub-Gaussian sum.
 * Source: Howard, Ramdas, McAuliffe & Sekhon (arXiv 1810.08240), Theorem 1, polynomial stitching.
 *
 * @param time v, the intrinsic time
 */
export function polynomialStitchingBound(
  time: number,
  alpha: number,
  { tightFrom, scale }: { tightFrom: number; scale: number },
): number {
  const reached = Math.max(time, tightFrom);
  const logTerm =
    SPENDING * logEpoch(reached / tightFrom) +
    Math.log(ZETA / (alpha * Math.log(GROWTH) ** SPENDING));
  return stitchedBound(reached, scale, logTerm);
}

/**
 * Double stitched bound of how many more of t samples than expected lie below the quantile of p: with the
 * bound of 1 - p in the other direction, passed over all quantiles and all times with a chance of at most
 * alpha. In samples; over t it is a distance between distribution functions.
 *
 * Definition: with u = max(t, m) / m, y = ln(p / (1 - p)), q the share whose logit is y + sqrt(2 / u), at
 * most 1/2 (q = p from the median on), j = sqrt(u) |y| + 1: sqrt(2 u q (1 - q)) / 2 plus the sub-gamma
 * bound of `polynomialStitchingBound` at v = u m q (1 - q), c = (1 - 2p) / 3 and
 * l = 1.4 ln(j ln(2 u)) + ln(2 zeta(1.4) (2 zeta(1.4) + 1) / (alpha ln(2)^1.4)).
 * Edge cases: before m = `tightFrom` samples it is what it is there.
 * Source: Howard & Ramdas, Sequential estimation of quantiles (arXiv 1906.09712), double stitching.
 *
 * @param share p, 0 < p < 1
 * @param samples t
 */
export function doubleStitchingBound(
  share: number,
  samples: number,
  alpha: number,
  tightFrom: number,
): number {
  const reached = Math.max(samples, tightFrom);
  const ratio = reached / tightFrom;
  const logit = Math.log(share / (1 - share));
  const variance = widestVariance(share, logit + 2 * LOGIT_STEP * Math.sqrt(GROWTH / ratio));
  const step = (Math.sqrt(ratio) * Math.abs(logit)) / (2 * LOGIT_STEP) + 1;
  const parts = (2 * ZETA * (2 * ZETA + 1)) / Math.log(GROWTH) ** SPENDING;
  const logTerm = SPENDING * (logEpoch(ratio) + Math.log(step)) + Math.log(parts / alpha);
  return (
    LOGIT_STEP * Math.sqrt(GROWTH * ratio * variance) +
    stitchedBound(variance * reached, (1 - 2 * share) / 3, logTerm)
  );
}

/** p (1 - p) at the share in question, or at the moved one, but not beyond the median. */
function widestVariance(share: number, movedLogit: number): number {
  const moved = share >= 0.5 ? share : Math.min(0.5, 1 / (1 + Math.exp(-movedLogit)));
  return moved * (1 - moved);
}

/** ln of the number of the epoch, up to a constant. */
function logEpoch(ratio: number): number {
  return Math.log(Math.log(GROWTH * ratio));
}

function stitchedBound(time: number, scale: number, logTerm: number): number {
  const linear = LINEAR_FACTOR * scale * logTerm;
  return Math.hypot(SQUARE_ROOT_FACTOR * Math.sqrt(time * logTerm), linear) + linear;
}
