import type { ArFilters } from './ar-filter.ts';
import type { NoiseRegime } from './ar-history.ts';
import { logGamma } from './log-gamma.ts';
import { logSumExp } from './log-sum-exp.ts';
import { longRunFactor, type ArModel, type EffectSize } from './noise-models.ts';
import { studentTLowerTail, studentTUpperTail } from './student-t.ts';

/** The null that the mean of canary - theta * baseline is delta (log scale: baseline 0, theta 0). */
export interface Null {
  theta: number;
  delta: number;
}

/** Logarithms of the e-values against a null: mean is different, is larger, is smaller. */
export interface LogEvidence {
  either: number;
  increase: number;
  decrease: number;
}

/** Which of the one-sided e-values are wanted; they cost a Student-t tail a term. */
export type Sides = 'none' | 'increase' | 'decrease' | 'both';

/** What the run and its history say of the difference canary - theta * baseline. */
export interface DifferenceEstimate {
  /** Mean, averaged over the models' posterior. */
  mean: number;
  /** Long-run variance per sample, and the same in units of the marginal variance. */
  longRunVariance: number;
  longRunFactor: number;
}

/** Below this no sum of squares is told from 0: a constant series stays finite and deterministic. */
const LEAST_SQUARES = 1e-290;
/** Terms of E below exp(-34) are left out: E itself stays above about exp(-10). */
const NEGLIGIBLE = -34;

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

/**
 * An upper bound of log E, for a fraction of its cost: each effect size is given the likelihood of a
 * free mean. One-sided, a model that sees the mean on the other side counts with its null term, as
 * there the likelihood falls from the null outwards. Infinity when it overflows.
 */
export function boundEvidence(
  terms: Terms,
  filters: ArFilters,
  at: { against: Null; side: keyof LogEvidence },
): number {
  weighNulls(terms, filters, at.against);
  const opposite = at.side === 'either' ? 0 : at.side === 'increase' ? -1 : 1;
  const sides = at.side === 'either' ? 1 : 2;
  let bound = 0;
  for (let k = 0; k < filters.models.length; k++) {
    const isOpposed = terms.signs[k] === opposite;
    const mass = isOpposed ? 1 : sides * effectMass(terms, filters.information[k]!, k);
    for (let r = 0; r < terms.regimes.length; r++) {
      const relative = terms.nullLogs[r * filters.models.length + k]! - terms.logNull;
      const gain = isOpposed ? 0 : largestGain(terms, r, k);
      if (relative + gain > NEGLIGIBLE) bound += mass * Math.exp(relative + gain);
    }
  }
  return Math.log(bound);
}

/** Weighted root of how far each effect size is from a free mean: the constant part of its terms. */
function effectMass(terms: Terms, information: number, k: number): number {
  const { precisions, effectWeights } = terms;
  const effects = effectWeights.length;
  let mass = 0;
  for (let j = 0; j < effects; j++) {
    const precision = precisions[k * effects + j]!;
    mass += effectWeights[j]! * Math.sqrt(precision / (information + precision));
  }
  return mass;
}

/** ln of the likelihood ratio of a free mean to the null, in one cell. */
function largestGain(terms: Terms, r: number, k: number): number {
  const within = terms.regimes[r]!.squares[k]! + terms.squares[k]!;
  const all = Math.max(within + terms.between[k]!, LEAST_SQUARES);
  return (terms.freedoms[r]! / 2) * Math.log(all / Math.max(within, LEAST_SQUARES));
}

/** Null terms, and what every cell shares: the shift's sign and the sums of squares by model. */
function weighNulls(terms: Terms, filters: ArFilters, { theta, delta }: Null): void {
  for (let k = 0; k < filters.models.length; k++) {
    const shift = filters.meanCanary[k]! - theta * filters.meanBaseline[k]! - delta;
    terms.signs[k] = shift < 0 ? -1 : 1;
    terms.squares[k] = sumOfSquares(filters, k, theta);
    terms.between[k] = filters.information[k]! * shift * shift;
  }
  for (let r = 0; r < terms.regimes.length; r++) weighRegime(terms, filters, r);
  terms.logNull = logSumExp(terms.nullLogs);
}

function weighRegime(terms: Terms, filters: ArFilters, r: number): void {
  const { samples, squares } = terms.regimes[r]!;
  const models = filters.models.length;
  const freedom = filters.count + samples;
  const logGammaTerm = samples > 0 ? logGamma(freedom / 2) : 0;
  terms.freedoms[r] = freedom;
  for (let k = 0; k < models; k++) {
    const all = squares[k]! + terms.squares[k]! + terms.between[k]!;
    terms.nullLogs[r * models + k] =
      terms.logPriors[r * models + k]! +
      logGammaTerm -
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

/** Sums the scratch to log E, two-sided and, where wanted, one-sided (else -Infinity). */
export function totalEvidence(terms: Terms, sides: Sides): LogEvidence {
  const largest = largestExponent(terms);
  const floor = Math.max(terms.logNull + NEGLIGIBLE, largest - 700);
  const sums = { either: 0, increase: 0, decrease: 0 };
  for (let cell = 0; cell < terms.nullLogs.length; cell++) {
    if (terms.live[cell] === 1) addCell(terms, cell, { sums, largest, floor, sides });
  }
  const offset = largest - terms.logNull;
  return {
    either: offset + Math.log(sums.either),
    increase: offset + Math.log(sums.increase),
    decrease: offset + Math.log(sums.decrease),
  };
}

interface Summation {
  sums: LogEvidence;
  largest: number;
  floor: number;
  sides: Sides;
}

function addCell(terms: Terms, cell: number, { sums, largest, floor, sides }: Summation): void {
  const { exponents, scales, ratios } = terms;
  const effects = terms.effectWeights.length;
  const models = terms.factors.length;
  const freedom = terms.freedoms[Math.floor(cell / models)]!;
  const up = terms.signs[cell % models]! > 0;
  for (let i = cell * effects; i < (cell + 1) * effects; i++) {
    if (exponents[i]! < floor) continue;
    const weight = scales[i]! * Math.exp(exponents[i]! - largest);
    sums.either += weight;
    if (sides === 'none') continue;
    if (sides !== 'decrease') sums.increase += 2 * weight * sideMass(up, ratios[i]!, freedom);
    if (sides !== 'increase') sums.decrease += 2 * weight * sideMass(!up, ratios[i]!, freedom);
  }
}

function sideMass(favoured: boolean, ratio: number, freedom: number): number {
  return favoured ? studentTLowerTail(ratio, freedom) : studentTUpperTail(ratio, freedom);
}

function largestExponent({ live, exponents, effectWeights }: Terms): number {
  const effects = effectWeights.length;
  let largest = -Infinity;
  for (let cell = 0; cell < live.length; cell++) {
    if (live[cell] === 0) continue;
    for (let i = cell * effects; i < (cell + 1) * effects; i++) {
      if (exponents[i]! > largest) largest = exponents[i]!;
    }
  }
  return largest;
}

/** Averages over the posterior of regimes, models and effect sizes, with the mean free. */
export function estimateDifference(
  terms: Terms,
  filters: ArFilters,
  theta: number,
): DifferenceEstimate {
  weighTerms(terms, filters, { theta, delta: 0 });
  const models = filters.models.length;
  const effects = terms.effectWeights.length;
  const largest = largestExponent(terms);
  const result = { mean: 0, longRunVariance: 0, longRunFactor: 0 };
  let mass = 0;
  for (let i = 0; i < terms.exponents.length; i++) {
    const cell = Math.floor(i / effects);
    if (terms.live[cell] === 0) continue;
    const weight = terms.scales[i]! * Math.exp(terms.exponents[i]! - largest);
    const k = cell % models;
    const { samples, squares } = terms.regimes[Math.floor(cell / models)]!;
    const freedom = Math.max(filters.count + samples - 1, 1);
    const variance = (squares[k]! + sumOfSquares(filters, k, theta)) / freedom;
    mass += weight;
    result.mean += weight * (filters.meanCanary[k]! - theta * filters.meanBaseline[k]!);
    result.longRunFactor += weight * terms.factors[k]!;
    result.longRunVariance += weight * terms.factors[k]! * variance;
  }
  return {
    mean: result.mean / mass,
    longRunVariance: result.longRunVariance / mass,
    longRunFactor: result.longRunFactor / mass,
  };
}
