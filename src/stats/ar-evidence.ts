import type { ArFilters } from './ar-filter.ts';
import { measureBases, measureCells, NEGLIGIBLE, type Terms } from './ar-terms.ts';
import type { LogEvidence } from './log-evidence.ts';
import { logSumExp } from './log-sum-exp.ts';
import { studentTLowerTail, studentTUpperTail } from './student-t.ts';

/** What the run and its history say of the difference canary - theta * baseline. */
export interface DifferenceEstimate {
  /** Change beyond the offset that was expected, and that offset; the difference is their sum. */
  mean: number;
  offset: number;
  /** Mean of the baseline, 0 on the log scale: what theta takes times. */
  baseline: number;
  /** Standard deviation of `mean`, and of the offset alone. */
  spread: number;
  offsetSpread: number;
  /** Long-run variance per sample, and the same in units of the marginal variance. */
  longRunVariance: number;
  longRunFactor: number;
}

/** Sums the scratch to ln E: two-sided, or of the alternatives on one side, counted twice. */
export function totalEvidence(terms: Terms, side: keyof LogEvidence): number {
  const { live, exponents, shrinkages, ratios, effects, freedoms, signs, logNull } = terms;
  const largest = largestExponent(terms);
  const floor = Math.max(logNull + NEGLIGIBLE, largest - 700);
  let sum = 0;
  for (let i = 0; i < live.length; i++) {
    if (live[i] === 0) continue;
    const isFavoured = signs[i]! > 0 === (side === 'increase');
    for (let j = 0; j < effects.length; j++) {
      const at = i * effects.length + j;
      if (exponents[at]! < floor) continue;
      const weight =
        effects[j]!.weight * Math.sqrt(shrinkages[at]!) * Math.exp(exponents[at]! - largest);
      sum +=
        side === 'either' ? weight : 2 * weight * sideMass(isFavoured, ratios[at]!, freedoms[i]!);
    }
  }
  return largest - logNull + Math.log(sum);
}

/** Beyond this exponent a tail is below 1e-10. */
const NO_TAIL = 45;

function sideMass(isFavoured: boolean, ratio: number, freedom: number): number {
  if (isFavoured && ratio * (freedom - 1) > NO_TAIL) return 1;
  return isFavoured ? studentTLowerTail(ratio, freedom) : studentTUpperTail(ratio, freedom);
}

function largestExponent({ live, exponents, effects }: Terms): number {
  let largest = -Infinity;
  for (let i = 0; i < live.length; i++) {
    if (live[i] === 0) continue;
    for (let j = i * effects.length; j < (i + 1) * effects.length; j++) {
      if (exponents[j]! > largest) largest = exponents[j]!;
    }
  }
  return largest;
}

/** The effect that estimates allow for: so large that the mean is as good as free. */
const FREE = 0.01;

/**
 * Averages over the posterior of the components with the mean nearly free (V9). The spread is that of one
 * component, averaged: how far components disagree about the offset is in their own doubt of it.
 */
export function estimateDifference(
  terms: Terms,
  filters: ArFilters,
  theta: number,
): DifferenceEstimate {
  measureCells(terms, filters, theta);
  measureBases(terms, filters);
  const { components, factors } = terms;
  const logs = components.map((_, i) => freeLikelihood(terms, filters, i));
  const total = logSumExp(logs);
  const result = { mean: 0, offset: 0, baseline: 0, longRunVariance: 0, longRunFactor: 0 };
  let [variance, doubt] = [0, 0];
  components.forEach(({ model: k, offset, offsetVariance, samples }, i) => {
    const weight = Math.exp(logs[i]! - total);
    const mean = filters.meanCanary[k]! - theta * filters.meanBaseline[k]!;
    const freedom = Math.max(filters.count + samples - 1, 1);
    const marginal = terms.within[i]! / freedom;
    result.mean += weight * (mean - offset);
    result.offset += weight * offset;
    result.baseline += weight * filters.meanBaseline[k]!;
    result.longRunFactor += weight * factors[k]!;
    result.longRunVariance += weight * factors[k]! * marginal;
    variance += weight * (terms.variances[i]! / filters.information[k]! + offsetVariance);
    doubt += weight * offsetVariance;
  });
  return { ...result, spread: Math.sqrt(variance), offsetSpread: Math.sqrt(doubt) };
}

/** ln of the likelihood of cell i with an effect of prior variance l / FREE, up to what all have in common. */
function freeLikelihood(terms: Terms, filters: ArFilters, i: number): number {
  const { components, widened, bases, within, freedoms, factors } = terms;
  const { model: k, offset } = components[i]!;
  const information = filters.information[k]!;
  const theta = terms.measuredTheta;
  const shift = filters.meanCanary[k]! - theta * filters.meanBaseline[k]! - offset;
  const free = widened[i]! + (information * factors[k]!) / FREE;
  return (
    bases[i]! +
    Math.log(widened[i]! / free) / 2 -
    (freedoms[i]! / 2) * Math.log(within[i]! + (information * shift * shift) / free)
  );
}
