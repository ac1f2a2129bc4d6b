import type { Examination } from '../../findings/exhibit.ts';
import { withFindings } from '../../findings/with-findings.ts';
import type { JudgeInput } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import { calibrateFrom } from '../learn/calibrate-from.ts';
import { planFrom } from '../learn/plan-from.ts';
import { concludeKept, judgeKept, prepareKept } from './judge-kept.ts';
import { concludeLook, judgeLook, prepareLook } from './judge-look.ts';
import { concludeRequest, judgeRequest, prepareRequest } from './judge-request.ts';

/**
 * Everything that takes long: pure functions of plain data, so that they can run in a thread of their own. What
 * a judge that is elsewhere needs comes in two parts, before and after it is asked.
 */
export const WORK = {
  judge,
  conclude,
  judgeLook,
  prepareLook,
  concludeLook,
  judgeKept,
  prepareKept,
  concludeKept,
  judgeRequest,
  prepareRequest,
  concludeRequest,
  planFrom,
  calibrateFrom,
} as const;

export type Work = typeof WORK;

/** Where the work is done; the event loop must go on meanwhile. */
export interface Threads {
  /**
   * Faults: those of the work itself; `judge-crashed` when its thread died under it, `deadline-exceeded` and
   * `shutting-down` when it was ended before it had an answer.
   */
  run<Name extends keyof Work>(
    name: Name,
    input: Parameters<Work[Name]>[0],
    signal: AbortSignal,
  ): Promise<ReturnType<Work[Name]>>;
}

/** By the named judge, which need not be the one that the config names, with what the data say of themselves. */
function judge({ judge: name, input }: { judge: string; input: JudgeInput }): Judgement {
  const { judgeOptions } = input.config;
  const own = createJudges().for({ judge: name, judgeOptions });
  const reads = own.reads === undefined ? {} : { reads: own.reads };
  return conclude({ judged: own.judge(input), examination: { ...input, ...reads } });
}

function conclude(parts: { judged: Judgement; examination: Examination }): Judgement {
  return withFindings(parts.judged, parts.examination);
}
