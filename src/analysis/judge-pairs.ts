import type { AnyJudges } from '../judges/registry.ts';
import type { Judgement } from '../model/judgement.ts';
import { parseConfig, parsePair, parseThresholds } from '../model/native-format.ts';
import type { Pair } from '../model/series.ts';
import type { components } from '../openapi.d.ts';
import { checkConfigForm, warnOfConfig } from './accept/check-config.ts';
import { checkThresholds } from './accept/check-thresholds.ts';
import { invalidRequest } from './accept/invalid-request.ts';

type Schemas = components['schemas'];

export type JudgePairs = (
  request: Schemas['JudgementRequest'],
  signal: AbortSignal,
) => Promise<Judgement>;

/** Judges series that come with the request; a metric without a pair is judged as missing. */
export function createJudgePairs(judges: AnyJudges, maxMetrics: number): JudgePairs {
  return async (request, signal) => {
    const violations = checkConfigForm(request.config, maxMetrics).map(({ pointer, message }) => ({
      pointer: `/config${pointer}`,
      message,
    }));
    if (request.thresholds !== undefined)
      violations.push(...checkThresholds(request.thresholds, '/thresholds').violations);
    const names = request.config.metrics.map(({ name }) => name);
    for (const [index, { metric }] of request.pairs.entries()) {
      if (!names.includes(metric))
        violations.push({
          pointer: `/pairs/${index}/metric`,
          message: `the config has no metric "${metric}"`,
        });
    }
    if (violations.length > 0) throw invalidRequest(violations);
    const config = parseConfig(request.config);
    const given = request.pairs.map((pair, index) => parsePair(pair, `pair-${index}`));
    const pairs = names.flatMap((name) =>
      withMissing(
        name,
        given.filter(({ metric }) => metric === name),
      ),
    );
    const thresholds =
      request.thresholds === undefined ? config.thresholds : parseThresholds(request.thresholds);
    const judgement = await judges.for(config).judge({ config, thresholds, pairs }, signal);
    return { ...judgement, warnings: [...warningsOf(request.config), ...judgement.warnings] };
  };
}

/** What the config may mean otherwise, said in front of what the judge has to say. */
function warningsOf(config: Schemas['CanaryConfig']): string[] {
  return warnOfConfig(config).map(({ pointer, message }) => `/config${pointer} ${message}`);
}

function withMissing(metric: string, pairs: Pair[]): Pair[] {
  if (pairs.length > 0) return pairs;
  const empty = { startAt: 0, stepMs: 60_000, values: [], attributes: {} };
  return [{ id: `missing-${metric}`, metric, tags: {}, baseline: empty, canary: empty }];
}
