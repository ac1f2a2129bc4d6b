import { Fault } from '../errors.ts';
import { isFinal, type Analysis, type Execution } from '../model/analysis.ts';
import { decodePairs, type EncodedResult, type JudgedSeries } from '../model/encoded-result.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { QueryText } from '../model/query-text.ts';
import type { RejudgementSummary } from '../model/rejudgement.ts';
import type { Pair } from '../model/series.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import type { AcceptedAnalysis } from './accept/accept.ts';
import { unknownAnalysis } from './cancel.ts';
import type { Changes } from './changes.ts';
import { describeQueries } from './run/describe-queries.ts';

/** An analysis with its looks and the newest judgement. */
export interface AnalysisDetail {
  analysis: Analysis;
  executions: Execution[];
  /** Of the look that decided, or of the newest judged one; its series are read apart. */
  result?: JudgedResult;
  /** Further judgements of the same series, oldest first. */
  rejudgements: RejudgementSummary[];
  /** Of that look, or of the next one where none was judged yet. */
  queries: QueryText[];
}

/** What a look came to, and which look that was. */
export interface JudgedResult extends Omit<EncodedResult, 'series'> {
  executionId: string;
}

export interface PairPage {
  pairs: Pair[];
  isLast: boolean;
}

/** Values of all pairs on a page, below 1 MB as text; one pair at least. */
const PAGE_VALUES = 45_000;

/** Looks whose judgements are read at once, and the metrics of them all: a judgement of many is large. */
const LOOKS = 60;
const LOOKED_AT_METRICS = 3000;

/** Another process may have settled it: then no announcement comes, and a look into the store must do. */
const POLL_MS = 1000;

export interface Read {
  detail(id: string): Promise<AnalysisDetail>;
  /** The same of one that was accepted a moment ago. */
  detailOf(accepted: AcceptedAnalysis): AnalysisDetail;
  /** The pairs of a judged look with these ids, and what was judged beside them. */
  series(executionId: string, pairIds: readonly string[]): Promise<JudgedSeries>;
  /** Judgements of its looks that are kept, newest first as many as a page of their metrics can show. */
  looks(detail: AnalysisDetail): Promise<Map<string, Judgement>>;
  /** As many pairs of a judged look as make one page, after the one with that id. */
  pairPage(executionId: string, after?: string): Promise<PairPage>;
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
  const series: Read['series'] = async (executionId, ids) =>
    decodePairs(await store.analyses.series(executionId, ids));
  return {
    async detail(id) {
      const analysis = await store.analyses.get(id);
      if (analysis === undefined) throw unknownAnalysis(id);
      const executions = await store.analyses.executions(id);
      const judged = executions.findLast(({ state }) => state === 'completed');
      const verdict = judged && (await store.analyses.verdict(judged.id));
      const shown = judged ?? executions.at(-1);
      const queries = shown === undefined ? [] : describeQueries(analysis.snapshot, shown, sources);
      const rejudgements = isFinal(analysis.state) ? await store.rejudgements.list(id) : [];
      const detail = { analysis, executions, queries, rejudgements };
      if (judged === undefined || verdict === undefined) return detail;
      return { ...detail, result: { ...verdict, executionId: judged.id } };
    },
    detailOf: ({ analysis, first }) => ({
      analysis,
      executions: [first],
      rejudgements: [],
      queries: describeQueries(analysis.snapshot, first, sources),
    }),
    series,
    async looks({ executions, result }) {
      const judged = executions.filter(({ state }) => state === 'completed');
      if (judged.length < 2 || result === undefined) return new Map();
      const most = Math.floor(LOOKED_AT_METRICS / Math.max(1, result.judgement.metrics.length));
      const newest = judged.slice(-Math.min(LOOKS, Math.max(2, most)));
      return store.analyses.judgements(newest.map(({ id: look }) => look));
    },
    async pairPage(executionId, after) {
      const all = await store.analyses.pairs(executionId);
      const before = all.findIndex(({ pairId }) => pairId === after);
      if (after !== undefined && all.length > 0 && before < 0) throw unknownPair(after);
      const rest = all.slice(before + 1);
      let values = 0;
      const page = rest.filter((pair, index) => {
        values += pair.values;
        return index === 0 || values <= PAGE_VALUES;
      });
      const ids = page.map(({ pairId }) => pairId);
      const { pairs } = await series(executionId, ids);
      return { pairs, isLast: page.length === rest.length };
    },
    async waitForEnd(id, ms, signal) {
      const until = now() + ms;
      while (!signal.aborted && now() < until && (await isLive(id))) {
        await changes.next(id, Math.min(POLL_MS, until - now()), signal);
      }
    },
  };
}

function unknownPair(id: string): Fault {
  return new Fault(
    'invalid-request',
    `after: there is no pair "${id}" in this interval: follow \`next\` of the page before`,
  );
}
