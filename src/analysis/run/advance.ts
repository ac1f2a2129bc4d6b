import { newId } from '../../new-id.ts';
import type { Failure } from '../../errors.ts';
import type { Analysis, Execution } from '../../model/analysis.ts';
import { gradedScore } from '../../model/judgement/graded-score.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { Settlement } from '../../store/store.ts';
import type { Happening } from '../outbox.ts';
import { intervalAt, intervalCount } from '../intervals.ts';

/** How one look ended. */
export type LookEnd = { judgement: Judgement } | { failure: Failure };

export interface Advance {
  next: Settlement['next'];
  /** The analysis as it is once the look has been settled. */
  analysis: Analysis;
  happenings: Happening[];
}

/**
 * What follows from the end of a look: the next look, or the end of the analysis. A failing verdict
 * ends it early where the window says so. A look that could not be judged does not: the next one reads
 * its time too, unless the window says otherwise; only when the last look fails does the analysis fail. The look after
 * which an analysis is concluded is the last one.
 */
export function advance(analysis: Analysis, look: Execution, end: LookEnd, at: number): Advance {
  const ended = settledLook(look, end, at);
  const interval: Happening = {
    type: 'analysis.interval_completed',
    execution: ended,
    ...('judgement' in end ? { judgement: end.judgement } : {}),
  };
  if (!isLastLook(analysis, look, end)) {
    const following = intervalAt(analysis.snapshot.window, look.index + 1);
    const next = { execution: { id: newId(at), analysisId: analysis.id, ...following } };
    return { next, analysis, happenings: [interval] };
  }
  const finished = finish(analysis, end, at);
  return {
    next: { analysis: analysisEnd(finished) },
    analysis: finished,
    happenings: [interval, { ...interval, type: 'analysis.completed' }],
  };
}

function isLastLook(
  { snapshot: { window }, concluded }: Analysis,
  look: Execution,
  end: LookEnd,
): boolean {
  if (concluded !== undefined) return true;
  if (look.index >= intervalCount(window)) return true;
  if (window.kind === 'fixed') return true;
  if ('failure' in end) return window.stopOnFailure ?? false;
  const { verdict, sequential } = end.judgement;
  if (sequential !== undefined) return sequential.decision !== 'continue';
  return (
    (window.stopOnFail && verdict === 'fail') ||
    gradedScore(end.judgement) <= (window.stopAtScore ?? -Infinity)
  );
}

function settledLook(look: Execution, end: LookEnd, at: number): Execution {
  if ('failure' in end) {
    const state = end.failure.code === 'cancelled' ? 'cancelled' : 'failed';
    return { ...look, state, endedAt: at, failure: end.failure };
  }
  const { verdict, score, reason } = end.judgement;
  return { ...look, state: 'completed', endedAt: at, verdict, score, reason };
}

function finish(analysis: Analysis, end: LookEnd, at: number): Analysis {
  if ('judgement' in end) {
    const { verdict, score, reason } = end.judgement;
    return { ...analysis, state: 'completed', endedAt: at, verdict, score, reason };
  }
  const reason = `error: nothing was decided, because ${end.failure.message}`;
  return { ...analysis, state: 'failed', endedAt: at, reason, failure: end.failure };
}

function analysisEnd({ verdict, score, reason, failure }: Analysis) {
  if (failure !== undefined) return { state: 'failed' as const, reason: reason ?? '', failure };
  return {
    state: 'completed' as const,
    verdict: verdict ?? 'nodata',
    score: score ?? 0,
    reason: reason ?? '',
  };
}
