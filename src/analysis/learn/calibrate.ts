import type { Judges } from '../../judges/registry.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { Profiles } from '../profiles.ts';
import { resolveConfig } from '../accept/resolve-config.ts';
import type { Threads } from '../judging/work.ts';
import { checkNames } from './check-names.ts';
import { readHealthyHistory } from './healthy-history.ts';

type Schemas = components['schemas'];

export type Calibrate = (
  request: Schemas['CalibrationRequest'],
  signal: AbortSignal,
) => Promise<Schemas['Calibration']>;

export interface CalibrateDependencies {
  store: Store;
  threads: Threads;
  /** Those of this service: another would be asked hundreds of times. */
  judges: Judges;
  limits: { maxMetrics: number };
  profiles: Profiles;
  now(): number;
}

/** What a request means where it is silent; `openapi.yaml` states the same values. */
const DEFAULTS = { limit: 100, lookEvery: 5 };

const HISTORY_LIMITS = { analyses: 40, points: 500_000 };

/**
 * How often a config would have failed healthy canaries, by judging its healthy baselines against each
 * other under each judge. One calibration at a time, so that it never holds more than one thread.
 */
export function createCalibrate(dependencies: CalibrateDependencies): Calibrate {
  const { store, threads, judges, limits, profiles, now } = dependencies;
  let last: Promise<unknown> = Promise.resolve();
  const calibrate: Calibrate = async (request, signal) => {
    const { config, warnings } = await resolveConfig(request.config, store, {
      ...limits,
      profiles,
    });
    const { limit, lookEvery } = { ...DEFAULTS, ...request };
    const names = request.judges ?? judges.names();
    const unknown = names.find((name) => !judges.names().includes(name));
    if (unknown !== undefined) judges.for({ judge: unknown, judgeOptions: {} });
    const wanted = { config: config.name, now: now(), limits: HISTORY_LIMITS };
    const { pairs } = request;
    if (pairs !== undefined) checkNames(pairs, config);
    const healthy = pairs === undefined ? await readHealthyHistory(store, wanted) : { pairs };
    const notes = warnings.map(({ pointer, message }) => `${pointer} ${message}`);
    const work = { config, judges: names, limit, lookEvery, healthy, notes };
    return threads.run('calibrateFrom', work, signal);
  };
  return (request, signal) => {
    const mine = last.then(() => calibrate(request, signal));
    last = mine.catch(() => undefined);
    return mine;
  };
}
