import { withFindings } from '../findings/with-findings.ts';
import type { AnyJudges } from '../judges/registry.ts';
import type { Judgement } from '../model/judgement.ts';
import { parseConfig, parseExposure, parsePair, parseThresholds } from '../model/native-format.ts';
import type { Pair } from '../model/series.ts';
import type { components } from '../openapi.d.ts';
import { checkConfigForm, warnOfConfig } from './accept/check-config.ts';
import { checkThresholds } from './accept/check-thresholds.ts';
import type { Exposure } from '../judges/judge.ts';
import { trafficOf } from './run/judge-input.ts';
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
    const exposures = exposuresOf(request.pairs);
    const judge = judges.for(config);
    const input = { config, thresholds, pairs, exposures };
    const judgement = await judge.judge({ ...input, ...trafficOf(exposures, config) }, signal);
    const warnings = [...warningsOf(request.config), ...judgement.warnings];
    return withFindings(
      { ...judgement, warnings },
      { ...input, ...(judge.reads === undefined ? {} : { reads: judge.reads }) },
    );
  };
}

/** What the config may mean otherwise, said in front of what the judge has to say. */
function warningsOf(config: Schemas['CanaryConfig']): string[] {
  return warnOfConfig(config).map(({ pointer, message }) => `/config${pointer} ${message}`);
}

/** By id of the pair, which is its place in the request. */
function exposuresOf(pairs: readonly Schemas['SeriesPair'][]): Record<string, Exposure> {
  return Object.fromEntries(
    pairs.flatMap((pair, index) => {
      const exposure = parseExposure(pair);
      return exposure === undefined ? [] : [[`pair-${index}`, exposure]];
    }),
  );
}

function withMissing(metric: string, pairs: Pair[]): Pair[] {
  if (pairs.length > 0) return pairs;
  const empty = { startAt: 0, stepMs: 60_000, values: [], attributes: {} };
  return [{ id: `missing-${metric}`, metric, tags: {}, baseline: empty, canary: empty }];
}
