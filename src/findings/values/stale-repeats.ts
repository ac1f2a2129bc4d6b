import { measureHold } from '../../stats/held-samples.ts';
import type { Rule } from '../exhibit.ts';
import { sidesRead } from '../values.ts';
import { durationText, subjectOf } from '../words.ts';

/** The step is shorter than the time between two scrapes: each value is read several times. */
export const findStaleRepeats: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) => {
    // a level may stand still, and does not repeat for that
    if (exhibit.metric.kind === 'gauge') return [];
    const holds = sidesRead(exhibit).map((side) => measureHold([pair[side]]) ?? 1);
    const times = Math.max(...holds);
    if (times <= 1) return [];
    const { metric, tags, canary } = pair.pair;
    const step =
      canary.stepMs > 0
        ? `: the step is ${durationText(canary.stepMs)}, the source has one a ${durationText(times * canary.stepMs)}`
        : '';
    return {
      code: 'stale-repeats' as const,
      tags,
      numbers: { times, stepMs: canary.stepMs },
      sentence: `${subjectOf(metric, tags)}: values repeat ${times} times${step}`,
      remedy: `use a step of ${canary.stepMs > 0 ? durationText(times * canary.stepMs) : 'the time between two scrapes'} or more: repeats are no new observations`,
    };
  });
