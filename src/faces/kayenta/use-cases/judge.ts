import { newId } from '../../../new-id.ts';
import { Fault, toFailure, toFault, type Failure } from '../../../errors.ts';
import type { Judging } from '../../../analysis/judging/judging.ts';
import type { AnyJudge, JudgeInput } from '../../../judges/judge.ts';
import type { AnyJudges } from '../../../judges/registry.ts';
import { decodePairs } from '../../../model/encoded-result.ts';
import type { CanaryConfig, Thresholds } from '../../../model/config.ts';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import { executionIdOf } from '../format/pair-list-id.ts';
import { kayentaOrigin } from '../format/origin.ts';
import { parseKayentaPairs } from '../format/parse-pairs.ts';
import type { Pair } from '../../../model/series.ts';
import type { Store } from '../../../store/store.ts';
import type { KayentaConfigs } from './configs.ts';

export interface JudgeRequest {
  canaryConfigId: string;
  metricSetPairListId: string;
  thresholds: Thresholds;
}

/** How one judge did: what it says, or why it could not. */
export type JudgeEnd = { judgement: Judgement } | { failure: Failure };

/** Judgements of two judges over the same series. */
export interface JudgeComparison {
  ends: JudgeEnd[];
}

export interface KayentaJudge {
  judge(request: JudgeRequest, signal: AbortSignal): Promise<Judgement>;
  /** Judges with both judges, named or the config's own, and keeps the results; answers their id. */
  compare(
    request: JudgeRequest,
    judges: (string | undefined)[],
    signal: AbortSignal,
  ): Promise<string>;
  comparison(id: string): Promise<JudgeComparison>;
}

export interface KayentaJudgeDependencies {
  store: Store;
  judges: AnyJudges;
  judging: Judging;
  configs: KayentaConfigs;
  now(): number;
}

/** Judges series that are already here; nothing is queried. */
export function createKayentaJudge(dependencies: KayentaJudgeDependencies): KayentaJudge {
  const { store, configs, judges, judging, now } = dependencies;
  const load = async ({ canaryConfigId, metricSetPairListId }: JudgeRequest) => {
    const given = await configs.get(canaryConfigId);
    const pairs = await findPairs(metricSetPairListId, store);
    const { config } = await configs.toJudge(canaryConfigId, given);
    return { config, pairs, origin: kayentaOrigin({ config: given }) };
  };
  const judgeAs = async (name: string, input: JudgeInput, signal: AbortSignal) =>
    judging.input(judgeNamed(judges, { ...input.config, judge: name }), input, signal);
  return {
    async judge(request, signal) {
      const input = { ...(await load(request)), thresholds: request.thresholds };
      return judgeAs(input.config.judge, input, signal);
    },
    async compare(request, names, signal) {
      const input = { ...(await load(request)), thresholds: request.thresholds };
      const asked = names.map((name = input.config.judge) =>
        judgeAs(name, input, signal).then(
          (judgement): JudgeEnd => ({ judgement }),
          (error: unknown): JudgeEnd => ({ failure: toFailure(error) }),
        ),
      );
      const ends = await Promise.all(asked);
      const at = now();
      const id = newId(at);
      const comparison = { id, document: { ends } satisfies JudgeComparison, names: [], at };
      await store.objects.create('judge-comparison', comparison);
      return id;
    },
    async comparison(id) {
      const object = await store.objects.get('judge-comparison', id);
      if (object === undefined) throw new Fault('not-found', `No PIPELINE found for ${id}`);
      return object.document as JudgeComparison;
    },
  };
}

/** The series of a canary, or those that were stored as a list. */
export async function findPairs(pairListId: string, store: Store): Promise<Pair[]> {
  const executionId = executionIdOf(pairListId);
  const series = executionId === undefined ? [] : await store.analyses.series(executionId);
  if (series.length > 0) return decodePairs(series).pairs;
  const object = await store.objects.get('metric-set-pair-list', pairListId);
  if (object !== undefined) return parseKayentaPairs(object.document);
  throw new Fault('not-found', `No such object named ${pairListId}`);
}

/** The judge of a config; the fault is in Kayenta's words. */
export function judgeNamed(judges: AnyJudges, config: CanaryConfig): AnyJudge {
  try {
    return judges.for(config);
  } catch (error) {
    if (toFault(error).code !== 'unknown-judge') throw error;
    throw new Fault('unknown-judge', `Unable to resolve canary judge '${config.judge}'.`, {
      cause: error,
    });
  }
}
