import { isFinal, type Analysis, type Execution, type ExecutionResult } from '../model/analysis.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { QueryText } from '../model/query-text.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import { unknownAnalysis } from './cancel.ts';
import type { Changes } from './changes.ts';
import { describeQueries } from './run/describe-queries.ts';

/** An analysis with its looks and the newest judgement. */
export interface AnalysisDetail {
  analysis: Analysis;
  executions: Execution[];
  /** Of the look that decided, or of the newest judged one. */
  judgement?: Judgement;
  /** Of that look, or of the next one where none was judged yet. */
  queries: QueryText[];
}

/** Another process may have settled it: then no announcement comes, and a look into the store must do. */
const POLL_MS = 1000;

export interface Read {
  detail(id: string): Promise<AnalysisDetail>;
  /** The same with the series of that look, which are large. */
  withSeries(id: string): Promise<AnalysisDetail & { result?: ExecutionResult }>;
  /** Waits up to `ms` for the end of the analysis. */
  waitForEnd(id: string, ms: number, signal: AbortSignal): Promise<void>;
}

export interface ReadDependencies {
  store: Store;
  sources: Sources;
  changes: Changes;
  now(): number;
}

export function createRead({ store, sources, changes, now }: ReadDependencies): Read {
  const isLive = async (id: string) => {
    const state = await store.analyses.state(id);
    if (state === undefined) throw unknownAnalysis(id);
    return !isFinal(state);
  };
  const lookAt = async (id: string) => {
    const analysis = await store.analyses.get(id);
    if (analysis === undefined) throw unknownAnalysis(id);
    const executions = await store.analyses.executions(id);
    const judged = executions.findLast(({ state }) => state === 'completed');
    const shown = judged ?? executions.at(-1);
    const queries = shown === undefined ? [] : describeQueries(analysis.snapshot, shown, sources);
    return { judgedId: judged?.id, detail: { analysis, executions, queries } };
  };
  return {
    async detail(id) {
      const { judgedId = '', detail } = await lookAt(id);
      const judgement = (await store.analyses.judgements([judgedId])).get(judgedId);
      return judgement === undefined ? detail : { ...detail, judgement };
    },
    async withSeries(id) {
      const { judgedId, detail } = await lookAt(id);
      const result = judgedId === undefined ? undefined : await store.analyses.result(judgedId);
      if (result === undefined) return detail;
      return { ...detail, judgement: result.judgement, result };
    },
    async waitForEnd(id, ms, signal) {
      const until = now() + ms;
      while (!signal.aborted && now() < until && (await isLive(id))) {
        await changes.next(id, Math.min(POLL_MS, until - now()), signal);
      }
    },
  };
}
