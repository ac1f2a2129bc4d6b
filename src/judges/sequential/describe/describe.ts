import type { SequentialEvidence } from '../../../model/judgement/sequential.ts';
import type { Side } from '../evidence/claims.ts';
import { measureEffect, type Effect } from './effect.ts';
import { describeHeld, findOutlyingInstances } from './findings.ts';
import type { Standing } from '../look.ts';
import { findOnset, measureSince } from './onset.ts';
import type { SequentialOptions } from '../options.ts';
import { describePath } from './path.ts';
import { measurePower, type Power } from './power.ts';
import { regressionProbability } from './probability.ts';

/** Everything that is said of one metric at one look. */
export interface Description {
  effect: Effect;
  power: Power;
  /** The change that a pass rules out, as a ratio above 1. */
  margin: number;
  evidence: SequentialEvidence;
}

/** The numbers behind a label, all from the evidence that decided it, at this look (V7, V8). */
export function describeStanding(standing: Standing, options: SequentialOptions): Description {
  const { state, followed, levels } = standing;
  const effect = measureEffect(standing, options);
  const power = measurePower(standing, effect, options);
  const held = describeHeld(followed.run);
  const instances = findOutlyingInstances(followed);
  const evidence: SequentialEvidence = {
    scale: state.scale,
    pairs: state.pairs,
    ...effect,
    ...describePath(standing, effect),
    logE: finite(Math.max(...state.fail.map((claim) => claim.logE()), -Infinity)),
    logEMax: finite(state.path.at(-1) ?? 0),
    p: standing.p,
    adjustedP: standing.adjustedP,
    level: 1 - Math.exp(-levels.increase.threshold) - Math.exp(-levels.decrease.threshold),
    decidedAt: standing.decidedAt,
    ...describeOnset(standing, options),
    confirmed: standing.isConfirmed,
    confirmedAt: standing.confirmedAt,
    ...(standing.suspectedPart !== null ? { suspected: true } : {}),
    detectable: power.detectable,
    ...largestDetectable(power, state.fail.length),
    ...(held === undefined ? {} : { held }),
    ...(instances.length === 0 ? {} : { instances }),
    ...describeAmount(standing),
    ...describeSeason(standing),
    probabilityOfRegression: probabilityOf(standing, options),
  };
  return { effect, power, margin: followed.metric.margin ?? options.margin, evidence };
}

/** The change on the worst side; absent where one side finds nothing. */
function largestDetectable({ detectable }: Power, sides: number) {
  const changes = Object.entries(detectable).map(([side, ratio]) =>
    side === 'increase' ? ratio - 1 : 1 - ratio,
  );
  const isKnown = changes.length === sides && sides > 0;
  return isKnown ? { detectableChange: Math.max(...changes) } : {};
}

/** When the change began that failed the metric, or that speaks against an earlier confirmation. */
function describeOnset(
  standing: Standing,
  options: SequentialOptions,
): Pick<SequentialEvidence, 'since' | 'late'> {
  const since = onsetOf(standing);
  const late = since === null || since === 0 ? undefined : measureSince(standing, since, options);
  return { since, ...(late === undefined ? {} : { late }) };
}

function onsetOf(standing: Standing): number | null {
  const side = sideOf(standing);
  if (side !== undefined) return findOnset(standing, side);
  const { confirmedAt, isConfirmed, state } = standing;
  if (confirmedAt === null || isConfirmed) return null;
  const start = state.suspectStart();
  return start > 0 ? start : null;
}

/** On which side the metric was failed. */
export function sideOf({ classification }: Pick<Standing, 'classification'>): Side | undefined {
  if (classification === 'High') return 'increase';
  return classification === 'Low' ? 'decrease' : undefined;
}

function describeSeason({ followed }: Standing): Pick<SequentialEvidence, 'season'> {
  const season = followed.run.season();
  if (season === undefined) return {};
  return { season: { days: season.days, shrinkage: season.shrinkage } };
}

function describeAmount({ followed, rejectedAfter }: Standing) {
  const { minimumChange: amount = 0 } = followed.metric;
  if (!(amount > 0)) return {};
  const isExceeded = Math.min(rejectedAfter.increase, rejectedAfter.decrease) < Infinity;
  return { minimumChange: { amount, isExceeded } };
}

/** Of a failed metric by the evidence that failed it, else by what all samples say now. */
function probabilityOf(standing: Standing, { priorRegression }: SequentialOptions): number {
  const { state, followed } = standing;
  const isFailed = sideOf(standing) !== undefined;
  const evidence = (side: Side): number => {
    const own = state.fail.find(({ claim }) => claim.side === side);
    if (own === undefined) return -Infinity;
    return isFailed ? own.maxima.at(-1)! : own.logEOfWhole();
  };
  const sides = { increase: evidence('increase'), decrease: evidence('decrease') };
  return regressionProbability(sides, followed.metric.direction, priorRegression);
}

/** Evidence 0 has no finite logarithm; no double is smaller than exp(-745). */
function finite(logE: number): number {
  return Math.min(Math.max(logE, -745), Number.MAX_VALUE);
}
