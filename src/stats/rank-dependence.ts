import { arLikelihoods } from './ar-likelihood.ts';
import { gradesOf } from './grades.ts';
import { logSumExp } from './log-sum-exp.ts';
import { longRunFactor, type ArModel } from './noise-models.ts';

/** Two series on one time grid, NaN where there is no value; of different lengths where they cannot be paired. */
export interface Arms {
  canary: readonly number[];
  baseline: readonly number[];
  /** Whether value i of one arm was seen at the time of value i of the other. */
  paired: boolean;
  /** How values may depend on those before. */
  models: readonly ArModel[];
}

/** What it means for a comparison of ranks that values depend on others. */
export interface RankDependence {
  /** How many values of an arm tell as much as an independent one; at least 1. */
  factor: number;
  /** Variance of the comparison in units of that of independent values; below 1 for arms that move together. */
  inflation: number;
}

/** Standard errors by which the correlation of the arms must exceed 0 before it counts. */
const DOUBT = 2;
/** How much more than its baseline alone a pair of healthy arms may seem to wander. */
const SLACK = 1.5;

/**
 * Dependence of the values of two time series, as their ranks show it.
 *
 * Definition: by Hoeffding's projection a comparison of ranks varies like the mean of the grades (the share of
 * its own arm that lies below a value); its long-run factor is averaged over the posterior of the AR models
 * (S1), by the mean of its root: an arithmetic mean is owned by models of small weight, the geometric one of
 * W4 underestimates a wander under white noise. Within its own arm, not among the other's values as in W4: where the arms do not overlap those are all
 * 0 or 1, which looks independent. Of both arms together, but at most `SLACK` times that of the baseline:
 * a healthy canary wanders like its baseline, and one that gets worse in the middle of a run must not be
 * taken for one that wanders. Paired arms that move together, beyond `DOUBT` standard errors (of Fisher's
 * transform), are compared by the difference of their grades instead, from which that cancels.
 * Edge cases: an arm that does not vary does not wander. Grades do not change with location, scale or any
 * rising transform.
 * Sources: Munzel, Nonparametric methods for paired samples (1999); section 3.2 of the specification.
 */
export function rankDependence({ canary, baseline, paired, models }: Arms): RankDependence {
  const [own, other] = [gradesOf(canary), gradesOf(baseline)];
  const [ofCanary, ofBaseline] = [arLikelihoods(own, models), arLikelihoods(other, models)];
  const healthy = ofBaseline === undefined ? 1 : SLACK * meanFactor(models, [ofBaseline]);
  if (!paired) {
    const [m, n] = [countValues(own), countValues(other)];
    const alone = Math.min(meanFactor(models, [ofCanary]), healthy);
    const factor = (alone / m + meanFactor(models, [ofBaseline]) / n) / (1 / m + 1 / n);
    return { factor, inflation: factor };
  }
  const factor = Math.min(meanFactor(models, [ofCanary, ofBaseline]), healthy);
  const together = compareGrades(own, other, models);
  return together.inflation < factor ? together : { factor, inflation: factor };
}

/** Of the differences of the grades; infinite where the arms do not surely move together. */
function compareGrades(
  own: Float64Array,
  other: Float64Array,
  models: readonly ArModel[],
): RankDependence {
  const differences = own.map((grade, i) => grade - (other[i] ?? NaN));
  const factor = meanFactor(models, [arLikelihoods(differences, models)]);
  const shared = sharedMovement(own, other, factor);
  return shared > 0
    ? { factor, inflation: factor * (1 - shared) }
    : { factor, inflation: Infinity };
}

/** Long-run factor: the squared mean of its root over the posterior of the models by all series that vary. */
function meanFactor(
  models: readonly ArModel[],
  likelihoods: readonly (Float64Array | undefined)[],
): number {
  const known = likelihoods.filter((logs) => logs !== undefined);
  if (known.length === 0) return 1;
  const logs = models.map(({ prior }, k) =>
    known.reduce((sum, each) => sum + each[k]!, Math.log(prior)),
  );
  const total = logSumExp(logs);
  const root = models.reduce(
    (sum, model, k) => sum + Math.exp(logs[k]! - total) * Math.sqrt(longRunFactor(model)),
    0,
  );
  return Math.max(1, root * root);
}

/** 2 cov/(var + var) of the two series where both have a value, drawn towards 0 by its uncertainty. */
function sharedMovement(own: Float64Array, other: Float64Array, factor: number): number {
  let [count, together, apart] = [0, 0, 0];
  own.forEach((grade, i) => {
    const [u, v] = [grade - 0.5, (other[i] ?? NaN) - 0.5];
    if (Number.isNaN(u + v)) return;
    count++;
    together += 2 * u * v;
    apart += u * u + v * v;
  });
  const independent = count / factor;
  if (apart === 0 || independent <= 4) return 0;
  const limit = 1 - 1 / count;
  const z = Math.atanh(Math.max(-limit, Math.min(together / apart, limit)));
  const doubt = DOUBT / Math.sqrt(independent - 3);
  return Math.sign(z) * Math.tanh(Math.max(0, Math.abs(z) - doubt));
}

/** At least 1, so that an arm without a finite value is one that tells little. */
function countValues(series: Float64Array): number {
  return Math.max(1, series.filter((value) => !Number.isNaN(value)).length);
}
