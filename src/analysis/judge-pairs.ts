import type { AnyJudges } from '../judges/registry.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import { parseConfig } from '../model/native-format.ts';
import { checkConfigForm } from './accept/check-config.ts';
import { checkThresholds } from './accept/check-thresholds.ts';
import { below } from './accept/checked.ts';
import { invalidRequest } from './accept/invalid-request.ts';
import { checkExtends, extendConfig, type Profiles } from './profiles.ts';
import { expandConfig } from '../packs/expand-config.ts';
import type { components } from '../openapi.d.ts';
import type { JudgementRequest } from './judging/judge-request.ts';
import type { Judging } from './judging/judging.ts';

type Schemas = components['schemas'];

export type JudgePairs = (
  request: Schemas['JudgementRequest'],
  signal: AbortSignal,
) => Promise<Judgement>;

export interface JudgePairsDependencies {
  judges: AnyJudges;
  judging: Judging;
  limits: { maxMetrics: number };
  profiles: Profiles;
}

/** Judges series that come with the request; a metric without a pair is judged as missing. */
export function createJudgePairs(dependencies: JudgePairsDependencies): JudgePairs {
  const { judges, judging, limits, profiles } = dependencies;
  return async (given, signal) => {
    const request = await expandRequest(given, profiles);
    checkRequest(request, limits.maxMetrics);
    return judging.request(judges.for(parseConfig(request.config)), request, signal);
  };
}

async function expandRequest(
  given: Schemas['JudgementRequest'],
  profiles: Profiles,
): Promise<JudgementRequest> {
  const { config, violations } = await expandConfig(extendConfig(given.config, profiles));
  violations.push(...checkExtends(given.config, profiles));
  if (violations.length > 0) {
    throw invalidRequest(below('/config', { violations, warnings: [] }).violations);
  }
  return { ...given, config };
}

function checkRequest({ config, thresholds, pairs }: JudgementRequest, maxMetrics: number): void {
  const violations = checkConfigForm(config, maxMetrics).map(({ pointer, message }) => ({
    pointer: `/config${pointer}`,
    message,
  }));
  if (thresholds !== undefined)
    violations.push(...checkThresholds(thresholds, '/thresholds').violations);
  const names = new Set(config.metrics.map(({ name }) => name));
  for (const [index, { metric }] of pairs.entries()) {
    if (!names.has(metric))
      violations.push({
        pointer: `/pairs/${index}/metric`,
        message: `the config has no metric "${metric}"`,
      });
  }
  if (violations.length > 0) throw invalidRequest(violations);
}
