import type { Analysis, Execution } from '../../../model/analysis.ts';
import { gradedScore } from '../../../model/judgement/graded-score.ts';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import type { NativeNames } from './canary-run.ts';
import type { ExecutionStatus } from './stages.ts';

/** A standalone analysis with its looks, those that were judged with their judgements. */
export interface StandaloneRun {
  analysis: Analysis;
  looks: { execution: Execution; judgement: Judgement | undefined }[];
  names: NativeNames;
  /** The present, epoch milliseconds. */
  at: number;
}

/** Kayenta ends an analysis as broken when a look could not be judged or was not above marginal. */
export function standaloneStatusOf({ analysis, looks }: StandaloneRun): ExecutionStatus {
  if (analysis.endedAt === undefined) return 'running';
  if (analysis.state === 'cancelled') return 'canceled';
  const isBroken = looks.some(({ execution }) => !isPassed(execution, analysis));
  return isBroken ? 'terminal' : 'succeeded';
}

/** Whether a look lets the analysis go on. */
export function isPassed(execution: Execution, analysis: Analysis): boolean {
  const { marginal } = analysis.snapshot.thresholds;
  return execution.state === 'completed' && scoreOf(execution, analysis) > marginal;
}

/** The score of a look, as Kayenta's clients may act on it. */
export function scoreOf({ verdict, score }: Execution, { snapshot }: Analysis): number {
  const { config, thresholds } = snapshot;
  return gradedScore({ judge: config.judge, verdict, score, thresholds });
}
