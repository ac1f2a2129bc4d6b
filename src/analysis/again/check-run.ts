import { Fault } from '../../errors.ts';
import type { Bundle } from '../../model/bundle.ts';

/**
 * Whether a bundle holds what a service writes, as far as a page of it reads it: its sum proves nothing of who wrote it.
 * Fault `invalid-request` with the first part that does not.
 */
export function checkRun(bundle: Bundle, { maxMetrics }: { maxMetrics: number }): void {
  const { run, judgement } = bundle;
  const { config, thresholds } = run;
  const wrong = (part: string) =>
    new Fault('invalid-request', `the bundle has no usable ${part}: export it again`);
  const need = (part: string, is: boolean) => {
    if (!is) throw wrong(part);
  };
  for (const part of ['analysisId', 'version', 'configName'] as const) {
    need(part, typeof bundle[part] === 'string' && bundle[part].length <= 200);
  }
  need('judgement', isRecord(judgement) && typeof judgement.verdict === 'string');
  need('config', isRecord(config) && typeof config.judge === 'string');
  need('thresholds', isNumber(thresholds?.pass) && isNumber(thresholds?.marginal));
  need('metrics', Array.isArray(config.metrics) && config.metrics.length > 0);
  if (config.metrics.length > maxMetrics) {
    const text = `the bundle has ${config.metrics.length} metrics, where this service judges at most ${maxMetrics}`;
    throw new Fault('invalid-request', text);
  }
  for (const metric of config.metrics) {
    need('metrics', isRecord(metric) && typeof metric.name === 'string');
    need(`query of "${metric.name}"`, isRecord(metric.query));
    need(`scope of "${metric.name}"`, typeof metric.scopeName === 'string');
  }
  for (const [name, pair] of Object.entries(bundle.scopes ?? {})) {
    for (const side of [pair?.baseline, pair?.canary]) {
      need(`scope "${name}"`, typeof side?.scope === 'string' && typeof side.location === 'string');
      need(`scope "${name}"`, isRecord(side?.parameters) && isNumber(side?.offsetMs));
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
