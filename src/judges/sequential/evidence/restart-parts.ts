import type { CountSample } from '../../../stats/count-mixture.ts';
import { restartStarts, type RestartPlan } from '../../../stats/restart-mixture.ts';
import type { Claim } from './claims.ts';
import type { Term } from './running-maximum.ts';
import type { Statistic } from './statistic.ts';

/** One test of the whole run and one of each later part (S7), fed together. */
export interface RestartParts {
  /** One step of the grid; undefined = nothing was observed, and no time passes for the tests. */
  observe(sample: CountSample | undefined): void;
  starts: readonly number[];
  part(j: number): Statistic | undefined;
  /** Terms of the mixture, which follow the parts. */
  mixtureOf(claim: Claim): Term[];
}

/** A part with fewer pairs says nothing. */
const FEWEST_PAIRS = 2;

/**
 * Opens a part at every restart with what the run so far has shown (S12): `make` gets the test of the whole
 * run, as it stands then, and gets nothing for that test itself.
 */
export function createRestartParts<Test extends Statistic>(
  make: (whole?: Test) => Test,
  plan: RestartPlan,
): RestartParts & { whole: Test } {
  const { starts, logWeights } = restartStarts(plan);
  const whole = make();
  const parts = [whole];
  let steps = 0;
  return {
    whole,
    starts,
    part: (j) => parts[j],
    observe(sample) {
      if (steps > 0 && starts[parts.length] === steps) parts.push(make(whole));
      steps++;
      if (sample === undefined) return;
      for (const part of parts) part.observe(sample);
    },
    mixtureOf: (claim) => {
      const late = riseOf(claim);
      return logWeights.map((logWeight, j) => ({
        logWeight,
        bounds: boundsOf(j === 0 ? claim : late, () => parts[j]),
      }));
    },
  };
}

/** A restart knows rises above what the run showed before, not levels: none is smaller than no change. */
export function riseOf({ ratio, side }: Claim): Claim {
  return { side, ratio: side === 'increase' ? Math.max(ratio, 1) : Math.min(ratio, 1) };
}

/** A part that has not begun stands at E = 1. */
function boundsOf(claim: Claim, partOf: () => Statistic | undefined): (() => number)[] {
  const levels: ((part: Statistic) => number)[] = [
    (part) => part.quickBound(claim),
    (part) => part.closeBound(claim),
    (part) => part.evidence(claim),
  ];
  return levels.map((level) => () => {
    const part = partOf();
    return part === undefined || part.count() < FEWEST_PAIRS ? 0 : level(part);
  });
}
