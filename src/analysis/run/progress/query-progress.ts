import type { ExecutionProgress, QueryState } from '../../../model/analysis.ts';
import type { MetricConfig } from '../../../model/config.ts';
import type { Side } from '../../../model/scope.ts';
import type { PlannedRequest } from '../series-requests.ts';

export interface QueryProgress {
  begun(query: PlannedRequest): void;
  answered(query: PlannedRequest): void;
}

/**
 * Follows the queries of one look, and tells each change by side and position of the metric. Formulas and
 * counts ask several queries a side: it is answered with the last of them.
 */
export function trackQueries(
  metrics: readonly MetricConfig[],
  planned: readonly PlannedRequest[],
  tell: (progress: ExecutionProgress) => void,
): QueryProgress {
  const positions = new Map(metrics.map((metric, position) => [metric, position]));
  const positionOf = ({ metric }: PlannedRequest) => positions.get(metric) ?? 0;
  const open = { baseline: metrics.map(() => 0), canary: metrics.map(() => 0) };
  for (const query of planned) open[query.side][positionOf(query)]! += 1;

  let states: Record<Side, QueryState[]> = {
    baseline: metrics.map(() => 'waiting'),
    canary: metrics.map(() => 'waiting'),
  };
  const move = (query: PlannedRequest, state: QueryState) => {
    const { side } = query;
    states = { ...states, [side]: states[side].with(positionOf(query), state) };
    tell({ name: 'fetch', ...states });
  };

  return {
    begun: (query) => move(query, 'running'),
    answered(query) {
      const left = (open[query.side][positionOf(query)]! -= 1);
      if (left === 0) move(query, 'answered');
    },
  };
}
