import { Fault } from '../../../errors.ts';
import type { MetricConfig } from '../../../model/config.ts';
import type { MetricKind } from '../../../model/config.ts';

export type Side = 'increase' | 'decrease';

/** "The ratio of canary to baseline is not `ratio`, but on this side of it". */
export interface Claim {
  ratio: number;
  side: Side;
}

/** What is claimed of one metric: each of several claims has its part of alpha; margins are all needed. */
export interface Claims {
  /** Worse than tolerated. */
  fail: Claim[];
  /** So much worse that it alone decides; empty where that is the same as `fail`. */
  critical: Claim[];
  /** Better than the margin. */
  margin: Claim[];
}

const GAUGE_TOLERANCE = 1.01;

/**
 * The claims that follow from a metric's direction and tolerated ratios (3.7, V3, V4). `cles` limits
 * are no ratios: they are checked on the point estimate, and the null is an unchanged ratio. A
 * decrease beyond a ratio of 0 cannot be claimed.
 */
export function claimsOf(metric: MetricConfig, margin: number, kind: MetricKind): Claims {
  const { measure, ...limits } = metric.effect;
  const isRatio = measure === 'meanRatio';
  const least = kind === 'gauge' ? GAUGE_TOLERANCE : 0;
  const up = Math.max(isRatio ? limits.allowedIncrease : 1, least);
  const down = Math.min(
    isRatio ? limits.allowedDecrease : 1,
    kind === 'gauge' ? 1 / least : Infinity,
  );
  if (!(up > 0) || Number.isNaN(down)) refuse(metric);
  const criticalUp = isRatio ? Math.max(limits.criticalIncrease, up) : up;
  const criticalDown = isRatio ? Math.min(limits.criticalDecrease, down) : down;
  const same = criticalUp === up && criticalDown === down;
  return {
    fail: worse(metric, up, down),
    critical: same || !metric.critical ? [] : worse(metric, criticalUp, criticalDown),
    margin: worse(metric, Math.max(margin, up), Math.min(1 / margin, down)).flatMap(opposite),
  };
}

function worse({ direction }: MetricConfig, up: number, down: number): Claim[] {
  const claims: Claim[] = [];
  if (direction !== 'decrease') claims.push({ ratio: up, side: 'increase' });
  if (direction !== 'increase' && down > 0) claims.push({ ratio: down, side: 'decrease' });
  return claims;
}

function opposite({ ratio, side }: Claim): Claim[] {
  return [{ ratio, side: side === 'increase' ? 'decrease' : 'increase' }];
}

function refuse(metric: MetricConfig): never {
  const subject = `metric "${metric.name}"`;
  const message = `the sequential judge cannot test ${subject} against an allowed increase of ${metric.effect.allowedIncrease} and decrease of ${metric.effect.allowedDecrease}: both are ratios, the first above 0`;
  throw new Fault('invalid-config', message, { subject });
}
