import type { Analysis } from '../../model/analysis.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Store } from '../../store/store.ts';
import { intervalAt } from '../intervals.ts';
import type { RunExecution } from './run-execution.ts';
import { planRequests } from './series-requests.ts';

export interface AccountPlacesDependencies {
  store: Store;
  queue: Queue;
  sources: Sources;
  limits: {
    /** Looks at once that ask one account. */
    judgeConcurrency: number;
  };
}

/** Who waits for a place is woken when one gets free; this is for a call that was missed. */
const ASK_AGAIN_MS = 30_000;

interface Account {
  inUse: number;
  /** Ids of executions, in the order they asked. */
  waiting: Set<string>;
}

/**
 * The same work, but each account of a metric source has places of its own: looks that wait for a sick source
 * hold up those that ask the same one, and nobody else. A look without a place is not claimed; it goes back to
 * the queue until one gets free. What asks no other system needs no place.
 */
export function keepAccountsApart(
  run: RunExecution,
  { store, queue, sources, limits }: AccountPlacesDependencies,
): RunExecution {
  const accounts = new Map<string, Account>();
  /** The accounts of looks that wait, so that asking again costs nothing. */
  const known = new Map<string, string[]>();

  async function accountsOf(id: string): Promise<string[]> {
    if (!sources.list().some(({ isRemote }) => isRemote)) return [];
    const claim = known.has(id) ? undefined : await store.executions.get(id);
    return claim === undefined ? (known.get(id) ?? []) : remoteAccounts(claim.analysis, sources);
  }

  function tryTake(names: readonly string[], id: string): boolean {
    const wanted = names.map((name) => {
      const account = accounts.get(name) ?? { inUse: 0, waiting: new Set<string>() };
      accounts.set(name, account);
      return account;
    });
    const full = wanted.find(({ inUse }) => inUse >= limits.judgeConcurrency);
    full?.waiting.add(id);
    if (full !== undefined) return false;
    for (const account of wanted) {
      account.inUse += 1;
      account.waiting.delete(id);
    }
    return true;
  }

  function giveBack(names: readonly string[]): void {
    for (const name of names) {
      const account = accounts.get(name)!;
      account.inUse -= 1;
      const [next] = account.waiting;
      if (next === undefined) continue;
      account.waiting.delete(next);
      // a queue that is closed or away needs no call: the sweep finds the row
      queue.enqueue({ name: 'judge-execution', id: next }).catch(() => undefined);
    }
  }

  return async (id, signal) => {
    const names = await accountsOf(id);
    if (!tryTake(names, id)) {
      known.set(id, names);
      return { againInMs: ASK_AGAIN_MS };
    }
    known.delete(id);
    try {
      return await run(id, signal);
    } finally {
      giveBack(names);
    }
  };
}

/** Looks under way at once, so that every account can fill its places and what asks none goes on beside them. */
export function mostLooks(sources: Sources, judgeConcurrency: number): number {
  const remote = sources.list().filter(({ isRemote }) => isRemote);
  return judgeConcurrency * (remote.length + 1);
}

function remoteAccounts({ snapshot }: Analysis, sources: Sources): string[] {
  try {
    const planned = planRequests(snapshot, intervalAt(snapshot.window, 1), sources);
    const remote = planned.filter(({ source }) => source.isRemote);
    return [...new Set(remote.map(({ source }) => `${source.kind} ${source.account}`))];
  } catch {
    return []; // an account that is no longer configured: the look itself says so
  }
}
