import { SIDES } from '../../model/scope.ts';
import type { Observation, Rule } from '../exhibit.ts';

const REMEDIES = {
  'partial-answer': 'look at the source: what it left out may be what went wrong',
  'source-warning': 'look at the source',
};

/** Data that the source says are missing from its answer. */
export const findPartialAnswer: Rule = (exhibit) => remarksOf(exhibit, 'partial', 'partial-answer');

/** Anything else that the source warns of. */
export const findSourceWarning: Rule = (exhibit) => remarksOf(exhibit, 'warning', 'source-warning');

function remarksOf(
  { metric, answers }: Parameters<Rule>[0],
  kind: 'partial' | 'warning',
  code: 'partial-answer' | 'source-warning',
): Observation[] {
  if (answers === undefined) return [];
  const [baseline, canary] = SIDES.map((side) =>
    answers[side].remarks.filter((remark) => remark.kind === kind).map(({ text }) => text),
  ) as [string[], string[]];
  return [...new Set([...baseline, ...canary])].map((text) => {
    const sides = SIDES.filter((side) => (side === 'baseline' ? baseline : canary).includes(text));
    const which = sides.length === 1 ? ` (${sides[0]})` : '';
    const what = code === 'partial-answer' ? 'the answer is not complete' : 'the source warns';
    return {
      code,
      ...(sides.length === 1 ? { side: sides[0]! } : {}),
      numbers: {},
      sentence: `${metric.name}: ${what}${which}: ${text}`,
      remedy: REMEDIES[code],
    };
  });
}
