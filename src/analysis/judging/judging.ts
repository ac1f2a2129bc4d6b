import { isDistant, type AnyJudge, type JudgeInput } from '../../judges/judge.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { KeptParts } from './judge-kept.ts';
import type { JudgedLook, LookParts, Unjudged } from './judge-look.ts';
import type { JudgementRequest } from './judge-request.ts';
import { isSmallLook } from './small-look.ts';
import type { Threads } from './work.ts';

/**
 * A judgement by any judge, in a thread but for the question to one that is elsewhere; on the event loop only a look
 * that is too small to be worth the way there.
 */
export interface Judging {
  /** Series that are here already, with what they say of themselves. */
  input(judge: AnyJudge, input: JudgeInput, signal: AbortSignal): Promise<Judgement>;
  request(judge: AnyJudge, request: JudgementRequest, signal: AbortSignal): Promise<Judgement>;
  /** A run that was judged before. */
  kept(judge: AnyJudge, parts: KeptParts, signal: AbortSignal): Promise<Judgement>;
  look(judge: AnyJudge, parts: LookParts, signal: AbortSignal): Promise<JudgedLook | Unjudged>;
}

export function createJudging(threads: Threads): Judging {
  return {
    async input(judge, input, signal) {
      if (!isDistant(judge)) return threads.run('judge', { judge: judge.name, input }, signal);
      const judged = await judge.ask(input, signal);
      return threads.run('conclude', { judged, examination: input }, signal);
    },

    async request(judge, request, signal) {
      if (!isDistant(judge)) return threads.run('judgeRequest', request, signal);
      const prepared = await threads.run('prepareRequest', request, signal);
      const judged = await judge.ask(prepared.input, signal);
      return threads.run('concludeRequest', { prepared, judged }, signal);
    },

    async kept(judge, parts, signal) {
      if (!isDistant(judge)) return threads.run('judgeKept', parts, signal);
      const prepared = await threads.run('prepareKept', parts, signal);
      const judged = await judge.ask(prepared.input, signal);
      return threads.run('concludeKept', { prepared, judged, run: parts.run }, signal);
    },

    async look(judge, parts, signal) {
      if (!isDistant(judge)) {
        if (!isSmallLook(judge, parts)) return threads.run('judgeLook', parts, signal);
        signal.throwIfAborted();
        const { judgeLook } = await import('./judge-look.ts'); // not at the start, which is quicker without it
        return judgeLook(parts);
      }
      const prepared = await threads.run('prepareLook', parts, signal);
      if ('failure' in prepared) return prepared;
      const judged = await judge.ask(prepared.input, signal);
      return threads.run('concludeLook', { prepared, judged }, signal);
    },
  };
}
