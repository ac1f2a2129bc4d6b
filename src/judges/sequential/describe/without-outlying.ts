import type { Classification } from '../../../model/judgement.ts';
import type { Pair, PairInstances } from '../../../model/series.ts';
import { aggregateValues } from '../../../stats/aggregate-values.ts';
import type { JudgeInput } from '../../judge.ts';
import { createSession, type Followed, type Session } from '../data/session.ts';
import { takeLook } from '../look.ts';
import type { SequentialOptions } from '../options.ts';
import { findOutlyingInstances } from './findings.ts';

/**
 * Labels by pair id, judged once more without the instances that stand out (S11). They decide nothing: a canary
 * with one broken instance is broken. Counts are left alone, as their exposures are not kept by instance.
 */
export function labelsWithoutOutlying(
  session: Session,
  input: JudgeInput,
  at: { options: SequentialOptions; isEnd: boolean },
): ReadonlyMap<string, Classification> {
  const spared = session.followed.flatMap(spareOutlying);
  if (spared.length === 0) return new Map();
  const byId = new Map(spared.map((one) => [one.pair.id, one]));
  const without: JudgeInput = {
    ...input,
    pairs: input.pairs.map((pair) => byId.get(pair.id)?.pair ?? pair),
    instances: {
      ...input.instances,
      ...Object.fromEntries(spared.map(({ pair, instances }) => [pair.id, instances])),
    },
  };
  const again = createSession(without, at.options);
  again.advance(Math.max(...session.followed.map(({ run }) => run.samples.length)));
  const { standings } = takeLook(again, without, at);
  return new Map(
    standings
      .filter(({ followed }) => byId.has(followed.pair.id))
      .map(({ followed, classification }) => [followed.pair.id, classification]),
  );

  function spareOutlying(followed: Followed) {
    const { pair, metric, kind } = followed;
    const instances = input.instances?.[pair.id];
    const outlying = findOutlyingInstances(followed);
    if (instances === undefined || outlying.length === 0 || kind === 'count') return [];
    const keep = (side: 'baseline' | 'canary') =>
      instances[side].filter(({ name }) => {
        return !outlying.some((one) => one.side === side && one.instance === name);
      });
    const kept = { baseline: keep('baseline'), canary: keep('canary') };
    const aggregate = metric.instances?.aggregate ?? 'mean';
    return [{ pair: putTogether(pair, { all: instances, kept, aggregate }), instances: kept }];
  }
}

/** The pair from what is kept; a sum is that of as many instances as there were. */
function putTogether(
  pair: Pair,
  parts: { all: PairInstances; kept: PairInstances; aggregate: 'mean' | 'sum' | 'max' },
): Pair {
  const { all, kept, aggregate } = parts;
  const sideOf = (side: 'baseline' | 'canary') => {
    const share = aggregate === 'sum' ? all[side].length / kept[side].length : 1;
    const values = pair[side].values.map(
      (_, i) =>
        share *
        aggregateValues(
          kept[side].map((one) => one.values[i] ?? NaN),
          aggregate,
        ),
    );
    return { ...pair[side], values };
  };
  return { ...pair, baseline: sideOf('baseline'), canary: sideOf('canary') };
}
