import { durationOf } from '../../model/native-format.ts';
import type { Pair, PairSide } from '../../model/series.ts';
import type { components } from '../../openapi.d.ts';
import { createApiClient, type ApiClientOptions } from '../server/api-client.ts';
import { note } from '../terminal.ts';

type Schemas = components['schemas'];

/** The series that a server's analysis was judged by, of its last judged look. */
export async function readStoredPairs(
  analysis: string,
  connection: Omit<ApiClientOptions, 'onRetry'>,
): Promise<Pair[]> {
  const onRetry = (why: string) => note(`canary: ${why}; trying again`);
  const stored = await createApiClient({ ...connection, onRetry }).pairs(analysis);
  return stored.map(({ baseline, canary, ...pair }) => ({
    ...pair,
    baseline: sideOf(baseline),
    canary: sideOf(canary),
  }));
}

function sideOf({ start, step, values }: Schemas['JudgedSeries']): PairSide {
  return {
    startAt: Date.parse(start),
    stepMs: durationOf(step),
    values: values.map((value) => (value === null ? Number.NaN : Number(value))),
    attributes: {},
  };
}
