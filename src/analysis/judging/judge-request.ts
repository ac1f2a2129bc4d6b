import type { Examination } from '../../findings/exhibit.ts';
import { withFindings } from '../../findings/with-findings.ts';
import type { Exposure, Judge, JudgeInput } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import {
  parseConfig,
  parseExposure,
  parsePair,
  parseThresholds,
  type ExpandedConfig,
} from '../../model/native-format.ts';
import type { Pair } from '../../model/series.ts';
import type { components } from '../../openapi.d.ts';
import { warnOfConfig } from '../accept/check-config.ts';
import { trafficOf } from '../run/judge-input.ts';

type Schemas = components['schemas'];
/** With the metrics of the packs that its config uses. */
export type JudgementRequest = Schemas['JudgementRequest'] & { config: ExpandedConfig };

/** A request with its series before its judge has spoken. */
export interface PreparedRequest {
  input: JudgeInput;
  examination: Examination;
  /** What the config may mean otherwise. */
  warnings: string[];
}

/** Series that came with the request, checked before: a metric without a pair is judged as missing. */
export function judgeRequest(request: JudgementRequest): Judgement {
  const judge = createJudges().for(parseConfig(request.config));
  const prepared = prepareRequest(request, judge);
  return concludeRequest({ prepared, judged: judge.judge(prepared.input) });
}

/** `judge` where it is one of this service, which may say what it reads of a metric. */
export function prepareRequest(request: JudgementRequest, judge?: Judge): PreparedRequest {
  const config = parseConfig(request.config);
  const given = request.pairs.map((pair, index) => parsePair(pair, `pair-${index}`));
  const pairs = config.metrics.flatMap(({ name }) =>
    withMissing(
      name,
      given.filter(({ metric }) => metric === name),
    ),
  );
  const thresholds =
    request.thresholds === undefined ? config.thresholds : parseThresholds(request.thresholds);
  const exposures = exposuresOf(request.pairs);
  const input = { config, thresholds, pairs, exposures };
  return {
    input: { ...input, ...trafficOf(exposures, config) },
    examination: { ...input, ...(judge?.reads === undefined ? {} : { reads: judge.reads }) },
    warnings: warnOfConfig(request.config).map(
      ({ pointer, message }) => `/config${pointer} ${message}`,
    ),
  };
}

/** What the config may mean otherwise is said in front of what the judge has to say. */
export function concludeRequest({
  prepared: { examination, warnings },
  judged,
}: {
  prepared: PreparedRequest;
  judged: Judgement;
}): Judgement {
  return withFindings({ ...judged, warnings: [...warnings, ...judged.warnings] }, examination);
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
