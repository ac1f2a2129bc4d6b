import type { Violation } from '../../errors.ts';
import { isFormula, type CanaryConfig, type MetricConfig } from '../../model/config.ts';
import type { AnyJudge } from '../../judges/judge.ts';
import type { Store } from '../../store/store.ts';
import { join, warning, type Checked } from './checked.ts';

/** Whether every earlier analysis that a request names can be learned from: one that is not must be told by name. */
export async function checkHistory(
  ids: readonly string[],
  store: Pick<Store, 'analyses'>,
): Promise<Violation[]> {
  const found = await Promise.all(ids.map((id) => store.analyses.get(id)));
  return found.flatMap((analysis, index) => {
    const pointer = `/history/${index}`;
    if (analysis === undefined) {
      return [{ pointer, message: `there is no analysis "${ids[index]}"` }];
    }
    if (analysis.state === 'completed') return [];
    const message = `analysis "${ids[index]}" is ${analysis.state}; only a completed one can be learned from`;
    return [{ pointer, message }];
  });
}

/** Series that come with a request have no time before it: without any other metric nothing would be read. */
export function checkBefore(
  before: string | undefined,
  { metrics }: Pick<CanaryConfig, 'metrics'>,
): Violation[] {
  if (before === undefined || !metrics.every(isInline)) return [];
  const message =
    'reads nothing: the series of every metric come with the request; leave it out, or name the analyses to learn from in `history`';
  return [{ pointer: '/window/before', message }];
}

/** A judge that learns from no earlier run would pass over what the request says of them. */
export function warnOfUnlearned(
  { name, learns }: Pick<AnyJudge, 'name' | 'learns'>,
  { before, history }: { before: string | undefined; history: readonly string[] | undefined },
): Checked {
  const given = { '/window/before': before, '/history': history?.[0] };
  if (learns === true) return join([]);
  return join(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([pointer]) => warning(pointer, `has no effect: ${name} learns from no earlier run`)),
  );
}

/** Whether some series of the metric come with the request. */
export function isInline({ query }: Pick<MetricConfig, 'query'>): boolean {
  return isFormula(query)
    ? Object.values(query.queries).some(({ source }) => source === 'inline')
    : query.source === 'inline';
}
