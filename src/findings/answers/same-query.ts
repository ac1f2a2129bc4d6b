import type { Rule } from '../exhibit.ts';

/** Both sides asked the same: the canary is compared with itself and can only pass. */
export const findSameQuery: Rule = ({ metric, answers, reads }) => {
  const question = answers?.canary.question;
  if (reads !== 'both' || question === undefined || question !== answers?.baseline.question)
    return [];
  return [
    {
      code: 'same-query',
      numbers: {},
      sentence: `${metric.name}: both sides ask the same of the same time: the canary is compared with itself`,
      remedy: 'give the sides different scopes, and name `${scope}` in the query',
    },
  ];
};
