import type { Rule } from '../exhibit.ts';
import { hasValues } from '../values.ts';

/** Nothing came that could be judged: the query matches nothing on either side. */
export const findNoData: Rule = ({ metric, pairs, reads }) => {
  const isBlank = !pairs.some(
    (pair) => hasValues(pair, 'canary') || (reads === 'both' && hasValues(pair, 'baseline')),
  );
  if (!isBlank) return [];
  return [
    {
      code: 'no-data',
      // the config has said itself that such a metric is left out
      isSlight: metric.noData === 'ignore',
      numbers: {},
      sentence: `${metric.name}: no value came ${reads === 'both' ? 'on either side' : 'on the canary'}`,
      remedy:
        'try the query in the source itself; a metric that may be without data says `noData: ignore`',
    },
  ];
};
