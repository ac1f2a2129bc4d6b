import type { Analysis, Execution, ExecutionResult } from '../model/analysis.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { RejudgementSummary } from '../model/rejudgement.ts';
import type { QueryText } from '../model/query-text.ts';

/** Everything a page shows; rendering reads nothing else, neither clock nor store. */
export interface ReportView {
  analysis: Analysis;
  /** Ascending by index. */
  executions: readonly Execution[];
  /** Of the newest execution that has one; the pairs at least of the metrics of this page. */
  result?: Pick<ExecutionResult, 'judgement' | 'pairs' | 'instances' | 'sourceWarnings'>;
  /** Of several looks the judgements that are kept of them, by execution; of very many the newest. */
  looks?: ReadonlyMap<string, Judgement>;
  /** Further judgements of the same series. */
  rejudgements?: readonly RejudgementSummary[];
  /** Number of the page, from 1. */
  page?: number;
  /** What the addresses of its other pages must repeat of its own, such as what lets a reader in. */
  query?: Record<string, string>;
  /** Path under which the values of a pair are, where a service serves the page. */
  valuesUrl?: string;
  /** Of that look, as they were sent. */
  queries?: readonly QueryText[];
  generatedAt: number;
  /** Address of this page. */
  selfUrl: string;
}
