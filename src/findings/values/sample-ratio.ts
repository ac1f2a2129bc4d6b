import { splitEvidence } from '../../stats/split-evidence.ts';
import type { Rule } from '../exhibit.ts';
import { countText, percentText } from '../words.ts';

/** Chance that the finding is wrong about a split that is as declared, however often one looks. */
const LEVEL = 0.001;

/** The traffic is not split as declared: the sides serve different users, or one loses requests. */
export const findSampleRatio: Rule = ({ metric, pairs, canaryShare }) => {
  const exposure = pairs.find((pair) => pair.exposure !== undefined)?.exposure;
  if (canaryShare === undefined || exposure === undefined) return [];
  const { p, canary, baseline } = splitEvidence(exposure, canaryShare);
  if (!(p <= LEVEL)) return [];
  const share = canary / (canary + baseline);
  return [
    {
      code: 'sample-ratio',
      numbers: { share, declared: canaryShare, p },
      sentence: `${metric.name}: the canary got ${percentText(share)} of ${countText(canary + baseline, 'request')}, declared are ${percentText(canaryShare)}`,
      remedy: 'mend the routing, or declare the share that is meant as `canaryShare`',
    },
  ];
};
