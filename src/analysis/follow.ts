import { isFinal, type AnalysisState } from '../model/analysis.ts';
import type { Verdict } from '../model/judgement/judgement.ts';
import type { Store } from '../store/store.ts';
import { unknownAnalysis } from './cancel.ts';
import type { Changes } from './changes.ts';

/** Where an analysis stands; everything a follower is told, so that one that was away has missed nothing. */
export interface Stand {
  /** The same for the same stand: what a follower shows to be told of later ones only. */
  revision: string;
  state: AnalysisState;
  /** Looks that were judged. */
  judged: number;
  /** Of the last of them, while it is not over. */
  soFar?: Verdict;
  /** Of the analysis, once it is completed; one that was cancelled or failed has none, whatever its looks said. */
  verdict?: Verdict;
  score?: number;
  reason?: string;
}

/** Another process may have moved it: then no announcement comes, and a look into the store must do. */
const POLL_MS = 1000;

export interface FollowDependencies {
  store: Store;
  changes: Changes;
}

export type Follow = (
  id: string,
  signal: AbortSignal,
) => Promise<AsyncGenerator<Stand | undefined>>;

/**
 * Follows an analysis to its end: each new stand, the first at once, and undefined about once a second in
 * between. Faults: `not-found`.
 */
export function createFollow({ store, changes }: FollowDependencies): Follow {
  return async (id, signal) => {
    const first = await standOf(id, store);
    if (first === undefined) throw unknownAnalysis(id);
    return follow(id, first, signal);
  };

  async function* follow(id: string, first: Stand, signal: AbortSignal) {
    let shown = first;
    yield first;
    while (!signal.aborted && !isFinal(shown.state)) {
      await changes.next(id, POLL_MS, signal);
      const now = await standOf(id, store);
      if (now === undefined) return; // it was pruned
      yield now.revision === shown.revision ? undefined : now;
      shown = now;
    }
  }
}

async function standOf(id: string, store: Store): Promise<Stand | undefined> {
  const state = await store.analyses.state(id);
  if (state === undefined) return undefined;
  const executions = await store.analyses.executions(id);
  const judged = executions.filter((execution) => execution.state === 'completed');
  const stand = {
    revision: `${executions.length}-${judged.length}-${state}`,
    state,
    judged: judged.length,
  };
  if (isFinal(state)) return { ...stand, ...(await endOf(id, store)) };
  const soFar = judged.at(-1)?.verdict;
  return soFar === undefined ? stand : { ...stand, soFar };
}

async function endOf(
  id: string,
  store: Store,
): Promise<Pick<Stand, 'verdict' | 'score' | 'reason'>> {
  const { verdict, score, reason } = (await store.analyses.get(id)) ?? {};
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(score === undefined || verdict === undefined ? {} : { score }),
    ...(reason === undefined ? {} : { reason }),
  };
}
