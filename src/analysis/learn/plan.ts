import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { Profiles } from '../profiles.ts';
import { resolveConfig } from '../accept/resolve-config.ts';
import type { Threads } from '../judging/work.ts';
import { checkNames } from './check-names.ts';
import { readHealthyHistory } from './healthy-history.ts';

type Schemas = components['schemas'];

export type Plan = (
  request: Schemas['PlanRequest'],
  signal: AbortSignal,
) => Promise<Schemas['Plan']>;

export interface PlanDependencies {
  store: Store;
  threads: Threads;
  limits: { maxMetrics: number };
  profiles: Profiles;
  now(): number;
}

/** What a request means where it is silent; `openapi.yaml` states the same values. */
export const PLAN_DEFAULTS = {
  changes: [0.05, 0.1, 0.25, 0.5],
  durations: ['1h', '4h', '24h'],
  power: 0.8,
} as const;

const HISTORY_LIMITS = { analyses: 20, points: 500_000 };

/** How long a run must be to find which change, from the healthy runs of a config. */
export function createPlan({ store, threads, limits, profiles, now }: PlanDependencies): Plan {
  return async (request, signal) => {
    const { config, warnings } = await resolveConfig(request.config, store, {
      ...limits,
      profiles,
    });
    const { changes, durations, power } = { ...PLAN_DEFAULTS, ...request };
    const { pairs } = request;
    if (pairs !== undefined) checkNames(pairs, config);
    const wanted = { config: config.name, now: now(), limits: HISTORY_LIMITS };
    const healthy = pairs === undefined ? await readHealthyHistory(store, wanted) : [];
    const history = pairs === undefined ? { healthy } : { pairs };
    const asked = { changes: [...changes], durations: [...durations], power };
    const plan = await threads.run('planFrom', { config, ...history, ...asked }, signal);
    return {
      ...plan,
      learnedFrom: healthy.map(({ analysisId }) => analysisId),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  };
}
