import { readToleratedRatio } from '../../model/judgement/tolerated-ratio.ts';
import type { components } from '../../openapi.d.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

type Metric = components['schemas']['MetricConfig'];
type Side = 'increase' | 'decrease';

/** Nobody lets a canary be more than so many times the baseline, or less than that part of it, unless by mistake. */
const LARGEST_LIKELY = 3;
const NOTHING: Checked = { violations: [], warnings: [] };

/** A tolerance is a ratio: a share of change (0.1) or a percentage (10) in its place means something else. */
export function checkTolerance(metric: Metric): Checked {
  const { tolerance = {}, criticalTolerance = {}, effect = 'meanRatio' } = metric;
  const check = effect === 'cles' ? checkProbability : checkRatio;
  const checks = Object.entries({ tolerance, criticalTolerance }).flatMap(([field, limits]) =>
    (['increase', 'decrease'] as const).map((side) => {
      const given = limits[side];
      return given === undefined ? NOTHING : check(given, side, `/${field}/${side}`);
    }),
  );
  return join([...checks, checkMargin(metric.margin, '/margin')]);
}

/** A ratio above 1 that a pass rules out; its schema holds the rest. */
export function checkMargin(margin: number | undefined, pointer: string): Checked {
  if (margin === undefined || margin <= LARGEST_LIKELY) return NOTHING;
  const meant = ratioOf(margin / 100, 'increase');
  const message = `lets a canary pass that is up to ${margin} times the baseline; did you mean ${meant} (${margin} %)?`;
  return warning(pointer, message);
}

function checkRatio(given: number | string, side: Side, pointer: string): Checked {
  const ratio = readToleratedRatio(given, side);
  if (ratio < 0) return refusing(pointer, `is ${given}, but nothing falls by more than 100 %`);
  return side === 'increase' ? checkIncrease(ratio, pointer) : checkDecrease(ratio, pointer);
}

function checkIncrease(ratio: number, pointer: string): Checked {
  if (ratio < 1) {
    const why = `is ${ratio}, but it is a ratio of canary to baseline, and 1 allows no increase`;
    return refusing(pointer, `${why}; did you mean ${meant(ratio, 'increase')}?`);
  }
  if (ratio <= LARGEST_LIKELY) return NOTHING;
  const what = `lets the canary be ${ratio} times the baseline`;
  return warning(pointer, `${what}; did you mean ${meant(ratio / 100, 'increase')}?`);
}

function checkDecrease(ratio: number, pointer: string): Checked {
  if (ratio > 1) {
    const why = `is ${ratio}, but it is a ratio of canary to baseline, and 1 allows no decrease`;
    const share = ratio <= 2 ? ratio - 1 : ratio / 100;
    return refusing(pointer, share < 1 ? `${why}; did you mean ${meant(share, 'decrease')}?` : why);
  }
  if (ratio >= 1 / LARGEST_LIKELY) return NOTHING;
  const what = `lets the canary fall to ${ratio} of the baseline`;
  return warning(pointer, `${what}; did you mean ${meant(ratio, 'decrease')}?`);
}

/** `effect: cles` asks how often a canary value is above a baseline one: 0.5 is no difference. */
function checkProbability(given: number | string, side: Side, pointer: string): Checked {
  if (typeof given === 'string') {
    const why = 'is a percentage, but with `effect: cles` a probability is needed';
    return refusing(pointer, `${why}: 0.5 means no difference, ${exampleOf(side)} a small one`);
  }
  const isOnItsSide = side === 'increase' ? given >= 0.5 && given <= 1 : given <= 0.5;
  if (isOnItsSide) return NOTHING;
  const range = side === 'increase' ? '0.5 to 1' : '0 to 0.5';
  return refusing(pointer, `is ${given}, but with \`effect: cles\` it is a probability, ${range}`);
}

function exampleOf(side: Side): string {
  return side === 'increase' ? '0.6' : '0.4';
}

function meant(share: number, side: Side): string {
  return `${ratioOf(share, side)} ("${rounded(share * 100)}%")`;
}

function ratioOf(share: number, side: Side): number {
  return rounded(side === 'increase' ? 1 + share : 1 - share);
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
