import assert from 'node:assert/strict';

/** What Argo Rollouts knows of a measurement. */
export interface Measurement {
  phase: 'Running' | 'Successful' | 'Failed' | 'Inconclusive' | 'Error';
  value?: string;
  message?: string;
  canaryExecutionId?: string;
}

interface Scope {
  scope: string;
  region: string;
  step: number;
  start: string;
  end: string;
}

/** The provider's part of an AnalysisTemplate. */
export interface KayentaProvider {
  address: string;
  application: string;
  canaryConfigName: string;
  metricsAccountName: string;
  configurationAccountName: string;
  storageAccountName: string;
  threshold: { pass: number; marginal: number };
  scopes: { name: string; controlScope: Scope; experimentScope: Scope }[];
}

const error = (message: string, of: Partial<Measurement> = {}): Measurement => ({
  ...of,
  phase: 'Error',
  message,
});

/**
 * A measurement begins: the config is looked up by its name, whatever account it lies in, and a canary is started.
 * Any status but 200 is an error whose body is lost.
 */
export async function run(provider: KayentaProvider): Promise<Measurement> {
  const { address, application, storageAccountName, canaryConfigName, threshold } = provider;
  const listed = await ask(
    `${address}/canaryConfig?application=${application}&configurationAccountName=${storageAccountName}`,
  );
  if (listed === undefined) return error('Invalid Response');
  const configs = listed as { id: string; name: string; updatedTimestamp: number }[];
  for (const { updatedTimestamp } of configs) assert.ok(Number.isInteger(updatedTimestamp));
  const id = configs.find(({ name }) => name === canaryConfigName)?.id ?? '';
  const scopes = provider.scopes.map(({ name, controlScope, experimentScope }) => [
    name,
    { controlScope: wireOf(controlScope), experimentScope: wireOf(experimentScope) },
  ]);
  const started = await ask(
    `${address}/canary/${id}?application=${application}&metricsAccountName=${provider.metricsAccountName}&configurationAccountName=${provider.configurationAccountName}&storageAccountName=${storageAccountName}`,
    JSON.stringify({ scopes: Object.fromEntries(scopes) as object, thresholds: threshold }),
  );
  if (started === undefined) return error('Invalid Response');
  const { canaryExecutionId = '<nil>' } = started as { canaryExecutionId?: string };
  return { phase: 'Running', canaryExecutionId };
}

/** Every 15 seconds; one failed question ends the measurement, and the score decides. */
export async function resume(
  { address, threshold: { pass, marginal } }: KayentaProvider,
  measurement: Measurement,
): Promise<Measurement> {
  const status = await ask(`${address}/canary/${measurement.canaryExecutionId}`);
  if (status === undefined) return error('Invalid Response', measurement);
  const { complete, result } = status as {
    complete: unknown;
    result?: { judgeResult?: { score?: { score?: unknown } } };
  };
  if (typeof complete !== 'boolean') return error('Missing Complete Status', measurement);
  if (!complete) return measurement;
  const given = result?.judgeResult?.score?.score;
  if (typeof given !== 'number') return error('Missing Score', measurement);
  const score = Math.trunc(given);
  const phase = score >= pass ? 'Successful' : score >= marginal ? 'Inconclusive' : 'Failed';
  return { ...measurement, phase, value: String(score) };
}

function wireOf({ region, ...scope }: Scope) {
  return { ...scope, location: region };
}

async function ask(url: string, body?: string): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await fetch(url, body === undefined ? {} : { ...init, body }).catch(
    () => undefined,
  );
  return answer?.status === 200 ? await answer.json() : undefined;
}
