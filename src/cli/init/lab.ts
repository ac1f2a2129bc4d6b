import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { createAccountClient } from '../server/account-client.ts';
import { createApiClient, type ApiClientOptions } from '../server/api-client.ts';
import { createConfigClient } from '../server/config-client.ts';
import { numberOf } from '../trial/render-preview.ts';
import type { SeenSeries } from './find-candidates.ts';

type Schemas = components['schemas'];
type ScopeRequest = Schemas['ScopeRequest'];

/** What `init` asks of a service about one account. */
export interface Lab {
  account: string;
  /** Names of metrics with a series that fits the selector; of all without one. */
  names(match?: string): Promise<string[]>;
  /** Series of an expression over the past day, every 15 minutes. */
  seen(promql: string): Promise<SeenSeries[]>;
  /** Labels of the series of an expression now. */
  tags(promql: string): Promise<Record<string, string>[]>;
  /** Values of the first series of an expression over the last minutes, one a second. */
  seconds(promql: string): Promise<number[]>;
  /** Whether the server is a VictoriaMetrics, whose `increase` looks at the sample before its window. */
  looksBefore(): Promise<boolean>;
  preview(
    query: Schemas['Query'],
    sides: { baseline: ScopeRequest; canary?: ScopeRequest },
    window: { hours: number; stepSeconds: number },
  ): Promise<Schemas['Preview']>;
  plan(request: Schemas['PlanRequest']): Promise<Schemas['Plan']>;
  calibrate(request: Schemas['CalibrationRequest']): Promise<Schemas['Calibration']>;
  validate(config: unknown): Promise<Schemas['ConfigValidation']>;
}

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const MINUTES_MS = 300_000;
const NOBODY = { scope: '-' };

export function createLab(options: ApiClientOptions, account: string, now: number): Lab {
  const client = createAccountClient(options);
  const api = createApiClient(options);
  const range = async (promql: string, fromMs: number, stepMs: number) => {
    const end = Math.floor(now / stepMs) * stepMs;
    const { baseline } = await client.preview(account, {
      query: { source: 'prometheus', promql },
      baseline: NOBODY,
      window: {
        start: new Date(end - fromMs).toISOString(),
        end: new Date(end).toISOString(),
        step: `${stepMs / 1000}s`,
      },
    });
    return { startAt: end - fromMs, series: baseline.series };
  };
  return {
    account,
    names: (match) => client.metrics(account, match),
    async seen(promql) {
      const { startAt, series } = await range(promql, DAY_MS, QUARTER_MS);
      return series.flatMap(({ tags, values }) => {
        const there = values.flatMap((value, index) =>
          value === null ? [] : [startAt + index * QUARTER_MS],
        );
        if (there.length === 0) return [];
        return [{ tags, firstSeenAt: there[0]!, lastSeenAt: there.at(-1)! }];
      });
    },
    async tags(promql) {
      const { series } = await range(promql, 60_000, 60_000);
      return series.filter(({ points }) => points > 0).map(({ tags }) => tags);
    },
    async seconds(promql) {
      const { series } = await range(promql, MINUTES_MS, 1000);
      return (series[0]?.values ?? []).map(numberOf);
    },
    async looksBefore() {
      try {
        const { series } = await range('now()', 60_000, 60_000); // no PromQL: others refuse it
        return series.some(({ points }) => points > 0);
      } catch (thrown) {
        if (thrown instanceof Fault) return false;
        throw thrown;
      }
    },
    preview(query, sides, { hours, stepSeconds }) {
      const stepMs = stepSeconds * 1000;
      const end = Math.floor(now / stepMs) * stepMs;
      const window = {
        start: new Date(end - hours * 3_600_000).toISOString(),
        end: new Date(end).toISOString(),
        step: `${stepSeconds}s`,
      };
      return client.preview(account, { query, ...sides, window });
    },
    plan: (request) => api.plan(request),
    calibrate: (request) => api.calibrate(request),
    validate: (config) => createConfigClient(options).validate(config),
  };
}
