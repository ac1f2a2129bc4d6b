import type { Kysely, Transaction } from 'kysely';
import type { ExpectedMetric } from '../../model/pushed/points.ts';
import type { Schema } from '../schema.ts';

/** A point may come this long after the time it tells of. */
export const LATEST_MS = 3_600_000;

/** What running analyses ask of the metrics that other systems send here. */
export interface ExpectedMetrics {
  /** Of analyses that have not ended, whose points may still come at `now`. */
  list(now: number): Promise<ExpectedMetric[]>;
}

export function createExpectedMetrics(db: Kysely<Schema>): ExpectedMetrics {
  return {
    list: (now) =>
      db
        .selectFrom('expected_metrics')
        .innerJoin('analyses', 'analyses.id', 'expected_metrics.analysis_id')
        .select(['attribute', 'scope', 'name', 'from_at as fromAt', 'until_at as untilAt'])
        .where('until_at', '>=', now - LATEST_MS)
        .where('ended_at', 'is', null)
        .execute(),
  };
}

export async function insertExpectedMetrics(
  trx: Transaction<Schema>,
  analysisId: string,
  expected: readonly ExpectedMetric[],
): Promise<void> {
  if (expected.length === 0) return;
  const rows = expected.map(({ fromAt, untilAt, ...metric }) => ({
    analysis_id: analysisId,
    ...metric,
    from_at: fromAt,
    until_at: untilAt,
  }));
  await trx.insertInto('expected_metrics').values(rows).execute();
}
