import type { CountSample } from '../../../stats/count-mixture.ts';

/** Beyond it a square overflows; such a value counts as missing. */
const LARGEST = 1e150;

/** The value that is compared: events per exposure, or just the value. NaN where there is none. */
export function rates({ canary, baseline, canaryExposure, baselineExposure }: CountSample) {
  return { canary: ratio(canary, canaryExposure), baseline: ratio(baseline, baselineExposure) };
}

function ratio(value: number, exposure: number): number {
  const rate = exposure > 0 ? value / exposure : NaN;
  return Math.abs(rate) < LARGEST ? rate : NaN;
}

/** Whether both members are there. */
export function isPair(sample: CountSample): boolean {
  const { canary, baseline } = rates(sample);
  return !Number.isNaN(canary - baseline);
}

/** 5 % more than a negative baseline is nearer to 0: a tolerance must widen, never reject, no change. */
export function signedRatio(ratio: number, baselineSum: number): number {
  return baselineSum < 0 ? 2 - ratio : ratio;
}
