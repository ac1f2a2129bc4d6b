import { Fault } from '../../../errors.ts';
import type { components } from '../../../openapi.d.ts';

type Schemas = components['schemas'];
type Metric = Schemas['KayentaMetric'];

/** What the checks need of a request; a standalone analysis brings its scopes as such a map too. */
export interface StartRequest {
  scopes?: Record<string, { controlScope?: object; experimentScope?: object }>;
  thresholds?: Schemas['KayentaThresholds'];
}

/**
 * What Kayenta refuses when a canary is started, in its order and words. Fault: `invalid-request`.
 * `hasSource` tells whether metrics of a kind can be read here.
 */
export function checkCanaryStart(
  { metrics = [] }: Schemas['KayentaConfig'],
  { scopes, thresholds }: StartRequest,
  hasSource: (kind: string) => boolean,
): void {
  if (metrics.length === 0) {
    throw refused(
      "The canary config must specify at least one metric. Otherwise we're not analyzing anything. :)",
    );
  }
  checkScopeNames(metrics, scopes);
  for (const metric of metrics) checkMetric(metric, scopes ?? {}, hasSource);
  if (thresholds === undefined) throw refused('Execution request must contain thresholds');
}

function checkScopeNames(metrics: Metric[], scopes: StartRequest['scopes']): void {
  const wanted = [...new Set(metrics.flatMap(({ scopeName }) => scopeName || []))];
  if (wanted.length > 0 && scopes === undefined) {
    throw refused(
      'Canary metrics require scopes, but no scopes were provided in the execution request.',
    );
  }
  const missing = wanted.filter((name) => !Object.hasOwn(scopes ?? {}, name));
  if (missing.length === 0) return;
  throw refused(
    `Canary metrics require scopes which were not provided in the execution request: [${missing.join(', ')}]`,
  );
}

function checkMetric(
  { name = '', query, scopeName }: Metric,
  scopes: NonNullable<StartRequest['scopes']>,
  hasSource: (kind: string) => boolean,
): void {
  if (query === undefined) throw refused(`Metric '${name}' must specify a query.`);
  if (!hasSource(query.type)) {
    throw refused(`Unable to resolve canary scope factory for '${query.type}'.`);
  }
  if (!scopeName) throw refused(`Canary scope for metric named '${name}' is null.`);
  const pair = scopes[scopeName];
  if (pair?.controlScope === undefined || pair.experimentScope === undefined) {
    throw refused(
      `Canary scope for named scope ${scopeName} is missing experimentScope or controlScope keys`,
    );
  }
}

/** A refusal in Kayenta's words. */
export function refused(message: string): Fault {
  return new Fault('invalid-request', message);
}
