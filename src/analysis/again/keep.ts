import { Fault } from '../../errors.ts';
import { readHistory } from '../../model/bundle.ts';
import { isFinal, type Analysis, type Execution } from '../../model/analysis.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { KeptRun } from '../../model/kept-run.ts';
import type { HealthyResult, Store } from '../../store/store.ts';
import { unknownAnalysis } from '../cancel.ts';
import { conclusionText } from '../conclude.ts';
import { intervalCount } from '../intervals.ts';
import { progressOf } from '../run/judge-input.ts';

/** An analysis that has ended, with all that its verdict came from. */
export interface Kept {
  analysis: Analysis;
  run: KeptRun;
  judgement: Judgement;
  /** Ids of earlier runs that the judge had learned from, and that are gone. */
  forgotten: string[];
}

/** Reads what the verdict came from. Fault `not-found`; `conflict` while it is live, and where there is nothing (any more). */
export async function keep(id: string, store: Pick<Store, 'analyses'>): Promise<Kept> {
  const analysis = await store.analyses.get(id);
  if (analysis === undefined) throw unknownAnalysis(id);
  if (!isFinal(analysis.state))
    throw refused(id, 'still runs: wait for its end, or conclude it first');
  const executions = await store.analyses.executions(id);
  const look = executions.findLast(({ state }) => state === 'completed');
  if (look === undefined) throw refused(id, 'was never judged, so it has no series');
  const [verdict, series] = [
    await store.analyses.verdict(look.id),
    await store.analyses.series(look.id),
  ];
  if (verdict === undefined || series.length === 0)
    throw refused(id, 'has no series any more: only its verdict was kept');
  const { judgement } = verdict;
  const learnedFrom = judgement.learnedFrom ?? [];
  const { imported } = analysis.snapshot;
  const history =
    imported === undefined
      ? await store.analyses.completed(learnedFrom)
      : readHistory(imported.history);
  const found = history.map(({ analysisId }) => analysisId);
  return {
    analysis,
    judgement,
    forgotten: learnedFrom.filter((earlier) => !found.includes(earlier)),
    run: { ...runOf(analysis, look, judgement), series, history },
  };
}

/** The newest healthy runs, for a judge that learns where the first one did not. */
export function healthyBefore(
  { id, snapshot }: Analysis,
  { analyses }: Pick<Store, 'analyses'>,
  limit: number,
): Promise<HealthyResult[]> {
  if (snapshot.imported !== undefined) return Promise.resolve([]); // runs of another service that happens to have a config of its name
  if (snapshot.history !== undefined) return analyses.completed(snapshot.history);
  return analyses.healthy({ config: snapshot.configName, before: id, limit });
}

function runOf(
  analysis: Analysis,
  look: Execution,
  { findings = [] }: Judgement,
): Omit<KeptRun, 'series' | 'history'> {
  const { config, thresholds, window, imported } = analysis.snapshot;
  if (imported !== undefined) return { config, thresholds, findings, ...imported.progress };
  const isOver = analysis.concluded !== undefined;
  return {
    config,
    thresholds,
    findings,
    ...progressOf(window, look),
    isLast: isOver || look.index >= intervalCount(window),
    isOver: isOver && window.kind !== 'fixed',
    conclusion: conclusionText(analysis, look),
  };
}

function refused(id: string, why: string): Fault {
  return new Fault('conflict', `analysis ${id} ${why}`, { subject: `analysis "${id}"` });
}
