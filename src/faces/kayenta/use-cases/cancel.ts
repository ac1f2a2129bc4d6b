import { Fault } from '../../../errors.ts';
import { isFinal } from '../../../model/analysis.ts';
import type { Claim } from '../../../store/store.ts';
import { advance } from '../../../analysis/run/advance.ts';
import type { Cancel, CancelDependencies } from '../../../analysis/cancel.ts';
import { nudge } from '../../../analysis/nudge.ts';

/**
 * Cancels an analysis by its id, or one of its looks by that one's id: a cancelled look could not be
 * judged, and what follows from that is the analysis' own rule. What has ended stays as it is.
 */
export function createKayentaCancel(dependencies: CancelDependencies, cancel: Cancel): Cancel {
  const { store } = dependencies;
  return async (id) => {
    if ((await store.analyses.get(id)) !== undefined) return cancel(id);
    const claim = await store.executions.get(id);
    if (claim === undefined) throw new Fault('not-found', `No PIPELINE found for ${id}`);
    const isLive = ['queued', 'running'].includes(claim.execution.state);
    if (!isLive || isFinal(claim.analysis.state)) return undefined;
    return endLook(claim, dependencies);
  };
}

async function endLook({ analysis, execution }: Claim, dependencies: CancelDependencies) {
  const { store, queue, sources, changes, fillOutbox, log, meters, now } = dependencies;
  const at = now();
  const failure = { code: 'cancelled' as const, message: 'Canary execution was canceled.' };
  const following = advance(analysis, execution, { failure }, at);
  const outbox = await fillOutbox(following.analysis, following.happenings, at);
  const isSettled = await store.executions.settle({
    executionId: execution.id,
    attempt: execution.attempt,
    supersedes: false,
    endedAt: at,
    end: { state: 'cancelled', failure },
    next: following.next,
    ...outbox,
  });
  if (!isSettled) return; // it has ended meanwhile, or waits for its time and is no canary yet
  if (isFinal(following.analysis.state)) {
    meters.analyses.inc({ verdict: 'cancelled' });
    sources.unobserve(analysis.id);
  }
  changes.announce(analysis.id);
  const executions = 'execution' in following.next ? [following.next.execution] : [];
  await nudge(queue, log, at, { executions, deliveries: outbox.deliveries });
}
