import {
  isFinal,
  type Analysis,
  type ExecutionFailure,
  type ExecutionProgress,
} from '../../model/analysis.ts';
import type { EncodedResult } from '../../model/encoded-result.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Claim, Settlement, Store } from '../../store/store.ts';
import type { Log, Meters } from '../../telemetry.ts';
import type { Changes } from '../changes.ts';
import { nudge } from '../nudge.ts';
import type { FillOutbox } from '../outbox.ts';
import { advance, type LookEnd } from './advance.ts';

export interface SettleDependencies {
  store: Store;
  queue: Queue;
  sources: Sources;
  changes: Changes;
  fillOutbox: FillOutbox;
  log: Log;
  meters: Meters;
  now(): number;
}

/** How one look has ended. */
export type Look =
  | { judgement: Judgement; result: EncodedResult }
  | { failure: ExecutionFailure; progress?: ExecutionProgress };

/**
 * Writes how a look has ended and what follows from it, in one transaction; false when that was refused: the analysis
 * was cancelled or concluded meanwhile, or a newer claim has won.
 */
export async function settle(
  { analysis, execution }: Claim,
  look: Look,
  dependencies: SettleDependencies,
): Promise<boolean> {
  const { store, queue, sources, log, meters, changes, fillOutbox, now } = dependencies;
  const at = now();
  const end: LookEnd = look;
  const following = advance(analysis, execution, end, at);
  const outbox = await fillOutbox(following.analysis, following.happenings, at);
  const settlement: Settlement = {
    executionId: execution.id,
    attempt: execution.attempt,
    supersedes: isSuperseding(analysis, look),
    endedAt: at,
    end: settlementEnd(look),
    next: following.next,
    ...outbox,
  };
  if (!(await store.executions.settle(settlement))) return false;
  report(following.analysis, look, { log, meters, at });
  if (isFinal(following.analysis.state)) sources.unobserve(analysis.id);
  changes.announce(analysis.id);
  const { next } = following;
  await nudge(queue, log, at, {
    executions: 'execution' in next ? [next.execution] : [],
    deliveries: outbox.deliveries,
  });
  return true;
}

/** Looks at every step would store the same series over and over; a growing window needs only the last. */
function isSuperseding({ snapshot: { window } }: Analysis, look: Look): boolean {
  const growing = window.kind === 'realtime' && window.lookbackMs === 0;
  return growing && 'judgement' in look && look.judgement.sequential !== undefined;
}

function settlementEnd(look: Look): Settlement['end'] {
  if ('failure' in look) return { state: 'failed', ...look };
  const { verdict, score, reason } = look.judgement;
  return { state: 'completed', verdict, score, reason, result: look.result };
}

function report(
  analysis: Analysis,
  look: Look,
  { log, meters, at }: Pick<SettleDependencies, 'log' | 'meters'> & { at: number },
): void {
  const outcome =
    'failure' in look
      ? { failure: look.failure.message }
      : { verdict: look.judgement.verdict, score: look.judgement.score };
  log.info({ analysis: analysis.id, state: analysis.state, ...outcome }, 'execution settled');
  if (!isFinal(analysis.state)) return;
  meters.analyses.inc({ verdict: analysis.verdict ?? analysis.state });
  meters.analysisSeconds.observe((at - analysis.createdAt) / 1000);
}
