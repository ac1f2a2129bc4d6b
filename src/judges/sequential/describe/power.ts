import { detectableShift } from '../../../stats/detectable-shift.ts';
import type { DetectableRatios } from '../../../model/judgement/sequential.ts';
import type { Side } from '../evidence/claims.ts';
import type { Effect } from './effect.ts';
import { FEWEST_PAIRS } from '../evidence/evidence-track.ts';
import type { Standing } from '../look.ts';
import type { SequentialOptions } from '../options.ts';
import { estimateRatio } from './ratio-estimate.ts';

/** What the end of a run is worth for one metric (V9). */
export interface Power {
  /** Smallest ratio upwards and largest downwards that would have been found with 80 %. */
  detectable: DetectableRatios;
  /** Sides on which the margin was ruled out. */
  ruledOut: Side[];
  /** Whether each side that may fail is ruled out, or would have been found and is not suspected. */
  isDecided: boolean;
}

/** Whether the run has shown, or would have shown, what the metric may fail for (V9). */
export function measurePower(
  standing: Standing,
  effect: Effect,
  options: SequentialOptions,
): Power {
  const { suspectedPart, state } = standing;
  const isSuspected = suspectedPart !== null;
  const { claims } = state;
  const sides = claims.fail.map(({ side }) => side);
  const detectable = detectableRatios(standing);
  const isRuledOut = (side: Side) =>
    !isSuspected && (standing.isConfirmed || isBeyondMargin(standing, side, effect));
  const wouldBeFound = (side: Side) => {
    const ratio = detectable[side];
    if (ratio === undefined || state.pairs < FEWEST_PAIRS) return false;
    return side === 'increase' ? ratio <= options.mustFind : ratio >= 1 / options.mustFind;
  };
  return {
    detectable,
    ruledOut: sides.filter(isRuledOut),
    isDecided:
      isAlike(standing) ||
      (!isSuspected && sides.every((side) => isRuledOut(side) || wouldBeFound(side))),
  };
}

/**
 * Whether the bound lies on the harmless side of the margin, which is never less than the tolerance.
 * Bounds are the tightest of any time: one that all samples together exceed is of a time before a change.
 */
function isBeyondMargin(standing: Standing, side: Side, effect: Effect): boolean {
  const { state, confirmedAt, isConfirmed } = standing;
  const { bounds, estimate = NaN } = effect;
  const { lower = -Infinity, upper = Infinity } = bounds;
  if (confirmedAt !== null && !isConfirmed) return false; // it was confirmed, and is no more
  const against = side === 'increase' ? 'decrease' : 'increase';
  const margin = state.claims.margin.find((claim) => claim.side === against)?.ratio;
  if (margin === undefined) return false;
  return side === 'increase'
    ? upper < margin && !(estimate > upper)
    : lower > margin && !(estimate < lower);
}

/** Equal values at every sample: there is nothing to find, whatever the noise may be. */
function isAlike({ followed }: Pick<Standing, 'followed'>): boolean {
  const pairs = followed.run.samples.filter(
    ({ canary, baseline }) => !Number.isNaN(canary - baseline),
  );
  return (
    pairs.length > 0 &&
    pairs.every((one) => {
      return one.canary * one.baselineExposure === one.baseline * one.canaryExposure;
    })
  );
}

function detectableRatios(standing: Standing): DetectableRatios {
  const ratios: DetectableRatios = {};
  for (const { claim } of standing.state.fail) {
    const ratio = detectableRatio(standing, claim);
    if (ratio !== undefined && Number.isFinite(ratio) && ratio > 0) ratios[claim.side] = ratio;
  }
  return ratios;
}

function detectableRatio(
  { state, levels, hasRestarts }: Standing,
  { ratio: tolerated, side }: { ratio: number; side: Side },
): number | undefined {
  const { unpaired, difference, scale } = state;
  const sign = side === 'increase' ? 1 : -1;
  if (unpaired !== undefined) {
    const [estimate, spread] = [unpaired.ratio(), unpaired.spread()];
    if (estimate === undefined || spread === undefined) return undefined;
    return detectableShift({
      nullValue: tolerated,
      estimate,
      spread,
      side: sign,
      threshold: levels[side].threshold,
      logEvidence: (ratio) => unpaired.evidence({ side, ratio }),
    });
  }
  const found = estimateRatio(difference);
  if (found === undefined || difference.count() < 2) return undefined;
  const { isLog } = difference;
  // the whole run has half of the weight beside restarts, and counts share it with the rates
  const halves = Number(hasRestarts) + Number(scale === 'count');
  const shift = detectableShift({
    nullValue: isLog ? Math.log(tolerated) : tolerated,
    estimate: isLog ? Math.log(found.ratio) : found.ratio,
    spread: found.spread,
    side: sign,
    threshold: levels[side].threshold + halves * Math.LN2,
    logEvidence: (value) => difference.evidence({ side, ratio: isLog ? Math.exp(value) : value }),
  });
  return shift === undefined || !isLog ? shift : Math.exp(shift);
}
