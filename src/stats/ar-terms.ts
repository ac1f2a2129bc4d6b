import type { ArFilters } from './ar-filter.ts';
import type { NoiseRegime } from './ar-history.ts';
import { logGamma } from './log-gamma.ts';
import { logSumExp } from './log-sum-exp.ts';
import { longRunFactor, type ArModel, type EffectSize } from './noise-models.ts';

/** The null that the mean of canary - theta * baseline is delta (log scale: baseline 0, theta 0). */
export interface Null {
  theta: number;
  delta: number;
}

/** Below this no sum of squares is told from 0: a constant series stays finite and deterministic. */
export const LEAST_SQUARES = 1e-290;
/** Terms of E below exp(-34) are left out: E itself stays above about exp(-10). */
export const NEGLIGIBLE = -34;

/**
 * Scratch of one evaluation. Null terms: one for each regime and model; alternative terms: one for
 * each of these and each effect size, as factor * exp(exponent), kept apart to spare logarithms.
 */
export interface Terms {
  regimes: readonly NoiseRegime[];
  factors: Float64Array;
  /** Prior precision phi / l by model and effect. */
  precisions: Float64Array;
  effectWeights: Float64Array;
  /** ln of the prior weight and of Y0^(n0/2) / Gamma(n0/2), by regime and model. */
  logPriors: Float64Array;
  nullLogs: Float64Array;
  logNull: number;
  /** 1 where a cell's alternative terms are large enough to have been computed. */
  live: Uint8Array;
  exponents: Float64Array;
  scales: Float64Array;
  /** ln(1 + t^2/M) of the posterior of the effect, whose sign is in `signs` (by model). */
  ratios: Float64Array;
  signs: Float64Array;
  /** Sums of squares within, and between the mean and the null, by model. */
  squares: Float64Array;
  between: Float64Array;
  freedoms: Float64Array;
  /** ln Gamma(freedom / 2) by regime, and of which freedom; 0 without history, where it cancels. */
  logGammas: Float64Array;
  gammaFreedoms: Float64Array;
  /** Used by the bounds alone: see `ar-bound.ts`. */
  logMasses: Float64Array;
  massesStaleAt: number;
}

export function createTerms(
  models: readonly ArModel[],
  regimes: readonly NoiseRegime[],
  effects: readonly EffectSize[],
): Terms {
  const nulls = regimes.length * models.length;
  const factors = Float64Array.from(models, longRunFactor);
  return {
    regimes,
    factors,
    precisions: Float64Array.from(
      [...factors].flatMap((factor) => effects.map(({ phi }) => phi / factor)),
    ),
    effectWeights: Float64Array.from(effects, ({ weight }) => weight),
    logPriors: Float64Array.from(regimes.flatMap(logPriors)),
    nullLogs: new Float64Array(nulls),
    logNull: 0,
    live: new Uint8Array(nulls),
    exponents: new Float64Array(nulls * effects.length),
    scales: new Float64Array(nulls * effects.length),
    ratios: new Float64Array(nulls * effects.length),
    signs: new Float64Array(models.length),
    squares: new Float64Array(models.length),
    between: new Float64Array(models.length),
    freedoms: new Float64Array(regimes.length),
    logGammas: new Float64Array(regimes.length),
    gammaFreedoms: new Float64Array(regimes.length),
    logMasses: new Float64Array(models.length),
    massesStaleAt: 0,
  };
}

function logPriors({ samples, squares, logWeights }: NoiseRegime): number[] {
  return Array.from(logWeights, (weight, k) =>
    samples === 0 ? weight : weight + (samples / 2) * Math.log(squares[k]!) - logGamma(samples / 2),
  );
}

/** Sum of squares of canary - theta * baseline about its weighted mean under model k. */
export function sumOfSquares(f: ArFilters, k: number, theta: number): number {
  const squares =
    f.squaresCanary[k]! - 2 * theta * f.products[k]! + theta * theta * f.squaresBaseline[k]!;
  return Math.max(squares, 0);
}

/** Fills the scratch with all null and alternative terms for one null. */
export function weighTerms(terms: Terms, filters: ArFilters, against: Null): void {
  weighNulls(terms, filters, against);
  for (let r = 0; r < terms.regimes.length; r++) {
    for (let k = 0; k < filters.models.length; k++) {
      weighEffects(terms, filters.information[k]!, r, k);
    }
  }
}

/** ln of the likelihood ratio of a free mean to the null, in one cell. */
function largestGain(terms: Terms, r: number, k: number): number {
  const within = terms.regimes[r]!.squares[k]! + terms.squares[k]!;
  const all = Math.max(within + terms.between[k]!, LEAST_SQUARES);
  return (terms.freedoms[r]! / 2) * Math.log(all / Math.max(within, LEAST_SQUARES));
}

function weighNulls(terms: Terms, filters: ArFilters, against: Null): void {
  measureDistances(terms, filters, against);
  refreshGammas(terms);
  for (let r = 0; r < terms.regimes.length; r++) weighRegime(terms, filters, r);
  terms.logNull = logSumExp(terms.nullLogs);
}

/** What every cell shares: the shift's sign and the sums of squares by model, freedom by regime. */
export function measureDistances(terms: Terms, filters: ArFilters, { theta, delta }: Null): void {
  for (let k = 0; k < filters.models.length; k++) {
    const shift = filters.meanCanary[k]! - theta * filters.meanBaseline[k]! - delta;
    terms.signs[k] = shift < 0 ? -1 : 1;
    terms.squares[k] = sumOfSquares(filters, k, theta);
    terms.between[k] = filters.information[k]! * shift * shift;
  }
  for (let r = 0; r < terms.regimes.length; r++) {
    terms.freedoms[r] = filters.count + terms.regimes[r]!.samples;
  }
}

export function refreshGammas({ regimes, freedoms, logGammas, gammaFreedoms }: Terms): void {
  for (let r = 0; r < regimes.length; r++) {
    if (regimes[r]!.samples === 0 || gammaFreedoms[r] === freedoms[r]) continue;
    gammaFreedoms[r] = freedoms[r]!;
    logGammas[r] = logGamma(freedoms[r]! / 2);
  }
}

function weighRegime(terms: Terms, filters: ArFilters, r: number): void {
  const { squares } = terms.regimes[r]!;
  const models = filters.models.length;
  const freedom = terms.freedoms[r]!;
  for (let k = 0; k < models; k++) {
    const all = squares[k]! + terms.squares[k]! + terms.between[k]!;
    terms.nullLogs[r * models + k] =
      terms.logPriors[r * models + k]! +
      terms.logGammas[r]! -
      filters.logDeterminant[k]! / 2 -
      (freedom / 2) * Math.log(Math.max(all, LEAST_SQUARES));
  }
}

function weighEffects(terms: Terms, information: number, r: number, k: number): void {
  const { exponents, scales, ratios, precisions, effectWeights, logNull } = terms;
  const effects = effectWeights.length;
  const cell = r * terms.factors.length + k;
  const nullLog = terms.nullLogs[cell]!;
  const within = terms.regimes[r]!.squares[k]! + terms.squares[k]!;
  const between = terms.between[k]!;
  const all = Math.max(within + between, LEAST_SQUARES);
  const halfFreedom = terms.freedoms[r]! / 2;
  const isLive =
    nullLog - logNull > NEGLIGIBLE || nullLog + largestGain(terms, r, k) - logNull > NEGLIGIBLE;
  terms.live[cell] = isLive ? 1 : 0;
  if (terms.live[cell] === 0) return;
  for (let j = 0; j < effects; j++) {
    const i = cell * effects + j;
    const precision = precisions[k * effects + j]!;
    const shrinkage = precision / (information + precision);
    const ratio = Math.log(all / Math.max(within + between * shrinkage, LEAST_SQUARES));
    ratios[i] = ratio;
    exponents[i] = nullLog + halfFreedom * ratio;
    scales[i] = effectWeights[j]! * Math.sqrt(shrinkage);
  }
}
