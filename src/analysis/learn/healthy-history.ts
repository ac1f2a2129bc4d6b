import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from '../../new-id.ts';
import type { HealthyResult, Store } from '../../store/store.ts';

export interface HistoryLimits {
  analyses: number;
  /** Points of all series together; the analysis that exceeds it is the last one read. */
  points: number;
}

/**
 * The newest healthy analyses of a config, newest first. They are large: they are read one by one, so that
 * the service goes on serving in between, and no more of them than allowed.
 */
export async function readHealthyHistory(
  store: Store,
  { config, now, limits }: { config: string; now: number; limits: HistoryLimits },
): Promise<HealthyResult[]> {
  const found: HealthyResult[] = [];
  let points = 0;
  let before = newId(now + 1);
  while (found.length < limits.analyses && points < limits.points) {
    const [next] = await store.analyses.healthy({ config, before, limit: 1 });
    if (next === undefined) break;
    found.push(next);
    points += pointsOf(next);
    before = next.analysisId;
    await nextTurn();
  }
  return found;
}

function pointsOf({ series }: HealthyResult): number {
  return series.reduce((sum, { values }) => sum + values, 0);
}
