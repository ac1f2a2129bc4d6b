import type { Direction, EffectPolicy, MetricConfig } from '../../../model/config.ts';
import { child, descend, refuse, type Place } from './place.ts';

export type MetricPolicy = Pick<
  MetricConfig,
  'direction' | 'missingValues' | 'outliers' | 'critical' | 'noData' | 'muted' | 'effect'
>;

const DIRECTIONS: readonly string[] = ['increase', 'decrease'] satisfies Direction[];

/**
 * Reads `analysisConfigurations.canary`. Unknown words mean the default; a wrong type is refused, as
 * this part of the original is a plain map whose casts fail at judging time.
 */
export function parseMetricPolicy(canary: Place): MetricPolicy {
  const direction = word(child(canary, 'direction'), 'either');
  const nanStrategy = word(child(canary, 'nanStrategy'), 'remove');
  const strategy = word(descend(canary, 'outliers', 'strategy'), 'keep');
  return {
    direction: DIRECTIONS.includes(direction) ? (direction as Direction) : 'either',
    missingValues: nanStrategy === 'replace' ? 'zero' : 'remove',
    outliers: {
      strategy: strategy === 'remove' ? 'remove' : 'keep',
      factor: strictNumber(descend(canary, 'outliers', 'outlierFactor'), 3),
    },
    critical: strictBoolean(child(canary, 'critical')),
    noData: strictBoolean(child(canary, 'mustHaveData')) ? 'fail' : 'ignore',
    muted: strictBoolean(child(canary, 'muted')),
    effect: parseEffect(child(canary, 'effectSize')),
  };
}

function parseEffect(place: Place): EffectPolicy {
  const measure = word(child(place, 'measure'), 'meanRatio') === 'cles' ? 'cles' : 'meanRatio';
  const none = measure === 'cles' ? 0.5 : 1;
  return {
    measure,
    allowedIncrease: strictNumber(child(place, 'allowedIncrease'), none),
    allowedDecrease: strictNumber(child(place, 'allowedDecrease'), none),
    criticalIncrease: strictNumber(child(place, 'criticalIncrease'), none),
    criticalDecrease: strictNumber(child(place, 'criticalDecrease'), none),
  };
}

/** Anything but a known word means the default; only an explicit null crashes the original. */
function word(place: Place, fallback: string): string {
  if (place.value === null) refuse(place, 'a word');
  return typeof place.value === 'string' ? place.value : fallback;
}

/** An explicit null is false, as in the original. */
function strictBoolean(place: Place): boolean {
  const value = place.value ?? false;
  return typeof value === 'boolean' ? value : refuse(place, 'true or false');
}

/** An explicit null is 0, as in the original. */
function strictNumber(place: Place, fallback: number): number {
  const value = place.value === undefined ? fallback : (place.value ?? 0);
  return typeof value === 'number' ? value : refuse(place, 'a number');
}
