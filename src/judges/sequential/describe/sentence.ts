import type { Classification } from '../../../model/judgement/judgement.ts';
import type {
  ExpectedRatio,
  SequentialEvidence,
  ShownBounds,
} from '../../../model/judgement/sequential.ts';
import { stepsPerBlock } from '../../../stats/sample-blocks.ts';
import { nameText } from '../../explain/explain-metric.ts';
import { countText, numberText, percentText, ratioText } from '../../explain/number-text.ts';
import { sideOf, type Description } from './describe.ts';
import { sinceText } from '../../onset.ts';
import type { Standing } from '../look.ts';
import { onsetOn } from './onset.ts';

/** One metric at one look, with its final label. */
export interface Explained {
  standing: Standing;
  description: Description;
  classification: Classification;
  /** Whether the run goes on: then nothing is final. */
  isRunning: boolean;
}

/** One metric in one sentence: what changed, by how much, since when, against what, how sure. */
export function explainStanding(explained: Explained): string {
  const { pair, metric } = explained.standing.followed;
  const note = explained.standing.muted ? ' (shown only, without influence on the score)' : '';
  const name = nameText({ metric: metric.name, tags: pair.tags });
  return `${name} ${outcomeText(explained)}${note}`;
}

function outcomeText(explained: Explained): string {
  const { standing, description, classification } = explained;
  if (classification === 'Nodata' || classification === 'NodataFailMetric') {
    const must = classification === 'NodataFailMetric' ? ', and it must have data' : '';
    return `has ${standing.state.pairs} pairs of values, too few to judge${must}`;
  }
  const change = changeText(explained);
  if (sideOf(standing) === undefined) return `${change}; ${powerText(explained)}`;
  const now = presentText(description.evidence);
  const sure = `adjusted p ${numberText(description.evidence.adjustedP)}, valid at every look`;
  return `${change}; ${limitText(standing)} (${sure})${now}`;
}

/** How the sides compare, with what was expected of them, and the bounds that decide. */
function changeText({ standing, description: { evidence } }: Explained): string {
  const { estimate, observed = estimate, expected } = evidence;
  if (estimate === undefined || observed === undefined) return noRatioText(standing);
  const differs = differenceText(standing);
  const bounds = boundsText(standing, evidence);
  const since = beganText(standing, evidence);
  if (expected === undefined || Math.abs(expected.ratio - 1) < expected.spread / 10) {
    return `${differs}is ${ratioText(observed)} times the baseline (${bounds})${since}`;
  }
  return `${differs}is ${ratioText(observed)} times the baseline, ${expectedText(expected)}: ${ratioText(estimate)} times that (${bounds})${since}`;
}

function noRatioText({ state, followed: { stepMs, run } }: Standing): string {
  if (state.pairs > 0) return 'has no ratio, as the baseline is 0 on average';
  const steps = stepsPerBlock(stepMs);
  if (steps === 1) return 'has no pair of new values yet, and cannot be compared';
  const judged = `steps of ${numberText(stepMs / 1000)} s are judged ${steps} together`;
  return `cannot be compared yet: ${judged}, and ${countText(run.samples.length, 'step')} did not make up such a block of values`;
}

/** A metric that may move neither way does not get worse. */
function differenceText(standing: Standing): string {
  const side = sideOf(standing);
  if (side === undefined || standing.followed.metric.direction !== 'either') return '';
  return `differs (${side === 'increase' ? 'higher' : 'lower'}): it `;
}

function expectedText({ ratio, runs, hasBefore }: ExpectedRatio): string {
  const by = percentText(Math.abs(ratio - 1));
  const word = ratio < 1 ? 'less' : 'more';
  const before = hasBefore ? 'before the rollout' : '';
  const earlier = runs > 0 ? `in ${runs === 1 ? 'the last run' : `the last ${runs} runs`}` : '';
  const when = [before, earlier].filter((text) => text !== '').join(' and ');
  return `with ${by} ${word} expected from how they differed ${when}`;
}

/** The bounds in words; never one that says nothing, nor one that is rounded to the tolerance it exceeds. */
function boundsText(
  standing: Standing,
  { bounds = {}, level, estimate = NaN }: SequentialEvidence,
): string {
  const { lower, upper } = bounds;
  const text = tellApart(standing, bounds);
  const isBelow = lower !== undefined && estimate < lower;
  const isAbove = upper !== undefined && estimate > upper;
  if (isBelow || isAbove) {
    // running bounds hold for some time of the run, which the whole of it need not be like
    const least = isBelow ? [`at least ${text(lower)} at one time`] : [];
    const most = isAbove ? [`at most ${text(upper)} at ${isBelow ? 'another' : 'one time'}`] : [];
    return `changed during the run: ${[...least, ...most].join(', ')}`;
  }
  if (lower !== undefined && upper !== undefined) {
    return `${percentText(level)} interval ${text(lower)} to ${text(upper)}`;
  }
  if (lower !== undefined) return `at least ${text(lower)}, no upper bound yet`;
  if (upper !== undefined) return `at most ${text(upper)}, no lower bound yet`;
  return 'no bounds yet';
}

const MOST_DECIMALS = 8;

/** Writes bounds with as many decimals as it takes to tell them from the tolerances that they exceed. */
function tellApart({ levels }: Standing, { lower, upper }: ShownBounds) {
  return (value: number): string => {
    const limit =
      value === lower ? levels.increase.ratio : value === upper ? levels.decrease.ratio : undefined;
    const rounded = ratioText(value);
    if (limit === undefined || value === limit || rounded !== ratioText(limit)) return rounded;
    for (let decimals = 3; decimals <= MOST_DECIMALS; decimals++) {
      if (value.toFixed(decimals) !== limit.toFixed(decimals)) return value.toFixed(decimals);
    }
    return rounded;
  };
}

function limitText(standing: Standing): string {
  const { measure, allowedIncrease, allowedDecrease } = standing.followed.metric.effect;
  const isHigh = sideOf(standing) === 'increase';
  const move = isHigh ? 'increase' : 'decrease';
  const limit = isHigh ? allowedIncrease : allowedDecrease;
  return measure === 'cles' || limit === 1
    ? `no ${move} is allowed`
    : `allowed ${ratioText(limit)}`;
}

function beganText(standing: Standing, { since }: SequentialEvidence): string {
  if (since === null || sideOf(standing) === undefined) return '';
  return since === 0 ? ' from the start' : sinceText(onsetOn(standing, since));
}

/** What is true now, apart from what was true when it was decided. */
function presentText({ since, late }: SequentialEvidence): string {
  if (since === null || late === undefined) return '';
  return `; since then ${ratioText(late.estimate)} times${rangeText(late.interval)}`;
}

function rangeText({ lower, upper }: { lower: number; upper: number }): string {
  const isKnown = lower > 0 && Number.isFinite(upper);
  return isKnown ? ` (${ratioText(lower)} to ${ratioText(upper)})` : '';
}

/** What the absence of a regression is worth: what was ruled out, or what would have been found (V9). */
function powerText(explained: Explained): string {
  const { standing, description, isRunning, classification } = explained;
  const { power, evidence } = description;
  if (standing.suspectedPart !== null && classification === 'Undecided')
    return suspicionText(standing);
  const start = isRunning ? 'safe so far: ' : '';
  if (evidence.estimate === undefined && classification === 'Undecided') {
    return `${start}no change could have been found`;
  }
  const parts = standing.state.fail.map(({ claim: { side } }) => {
    const move = side === 'increase' ? 'rise' : 'drop';
    if (power.ruledOut.includes(side)) {
      const { margin } = description;
      return `a ${move} ${side === 'increase' ? 'above' : 'of more than'} ${percentText(changeOf(side === 'increase' ? margin : 1 / margin))} is ruled out`;
    }
    const ratio = power.detectable[side];
    if (ratio === undefined) return `no ${move} could have been found`;
    const size = `${side === 'increase' ? '+' : '-'}${percentText(changeOf(ratio))}`;
    return classification === 'Undecided'
      ? `${size} would have been found`
      : `a ${move} of ${percentText(changeOf(ratio))} would have been found`;
  });
  const few =
    standing.state.pairs < 5 ? `, from ${countText(standing.state.pairs, 'observed pair')}` : '';
  return `${start}${parts.length === 0 ? 'no change is harmful' : parts.join(', ')}${few}`;
}

/** Neither certain enough to fail nor clear enough to pass. */
function suspicionText({ p, followed, suspectedPart }: Standing): string {
  const worse = followed.metric.direction === 'either' ? 'differ' : 'be worse';
  if (suspectedPart === 'second half') {
    return `it may ${worse} since the middle of the run, which is too short to show it`;
  }
  return `it may ${worse}, which is not certain enough to fail (p ${numberText(p)})`;
}

function changeOf(ratio: number): number {
  return Math.abs(ratio - 1);
}
