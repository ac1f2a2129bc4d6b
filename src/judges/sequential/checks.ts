import { betaBinomialEvidence } from '../../stats/beta-binomial.ts';
import { splitEvidence } from '../../stats/split-evidence.ts';
import { countText, percentText } from '../explain/number-text.ts';
import type { BuiltInCheck } from '../../model/judgement/sequential.ts';
import type { Traffic } from '../judge.ts';
import type { Session } from './data/session.ts';

/** Of each check by itself. */
const LEVEL = 0.001;

/**
 * Pseudo-metrics outside the score (3.4): does the canary get its share of the traffic, and does it
 * report as often as the baseline? Each has its own level.
 */
export function runChecks(session: Session, traffic: Traffic | undefined): BuiltInCheck[] {
  const ratio = traffic === undefined ? [] : [checkSampleRatio(traffic, session)];
  return [...ratio, checkMissingData(session)];
}

function checkSampleRatio(traffic: Traffic, session: Session): BuiltInCheck {
  const { canaryShare } = traffic;
  const seen = samplesSeen(session);
  const { p, canary, baseline } = splitEvidence(
    { canary: traffic.canary.slice(0, seen), baseline: traffic.baseline.slice(0, seen) },
    canaryShare,
  );
  const requests = canary + baseline;
  const share = requests === 0 ? 'no traffic' : percentText(canary / requests);
  return {
    name: 'sample ratio',
    p,
    failed: p <= LEVEL,
    sentence: `the canary got ${share} of ${countText(requests, 'request')}; configured are ${percentText(canaryShare)}`,
  };
}

/** One fair coin an interval in which the arms differ: which one misses more of the metrics? */
function checkMissingData(session: Session): BuiltInCheck {
  const steps = Array.from({ length: samplesSeen(session) }, (_, i) => {
    const excess = session.followed.reduce((sum, { run }) => {
      const sample = run.samples[i];
      if (sample === undefined) return sum;
      return sum + Number(Number.isNaN(sample.canary)) - Number(Number.isNaN(sample.baseline));
    }, 0);
    return { successes: Number(excess > 0), failures: Number(excess < 0) };
  });
  const { p, total } = follow(steps, 0.5);
  return {
    name: 'missing data',
    p,
    failed: p <= LEVEL,
    sentence: `data were missing on the canary alone in ${countText(total.successes, 'interval')}, on the baseline alone in ${total.failures}`,
  };
}

const NOTHING = { successes: 0, failures: 0 };

function follow(steps: readonly { successes: number; failures: number }[], p0: number) {
  let total = NOTHING;
  let highest = 0;
  for (const { successes, failures } of steps) {
    if (successes + failures === 0) continue;
    total = { successes: total.successes + successes, failures: total.failures + failures };
    highest = Math.max(highest, betaBinomialEvidence(total, p0, 'none').either);
  }
  return { p: Math.min(1, Math.exp(-highest)), total };
}

function samplesSeen(session: Session): number {
  return Math.max(0, ...session.followed.map(({ run }) => run.samples.length));
}
