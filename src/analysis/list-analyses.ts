import type { AnalysisState, AnalysisSummary } from '../model/analysis.ts';
import type { AnalysisSearch } from '../model/analysis-search.ts';
import { DECISIONS, type Verdict } from '../model/judgement/judgement.ts';
import { durationOf } from '../model/native-format.ts';
import type { AnalysisFilter, Store } from '../store/store.ts';

export interface FoundAnalyses {
  /** Newest first. */
  items: AnalysisSummary[];
  /** Id after which the next, older page begins; absent on the last one. */
  next?: string;
  /** The last analyses of each config among them, newest first. */
  latest: Map<string, AnalysisSummary[]>;
}

export type ListAnalyses = (search: AnalysisSearch) => Promise<FoundAnalyses>;

const PAGE = 50;
const LATEST = 30;
const VERDICTS = Object.keys(DECISIONS) as Verdict[];

/** One page of the analyses that somebody looks for, with what became of each config lately. */
export function createListAnalyses({
  store: { analyses },
  now,
}: {
  store: Store;
  now(): number;
}): ListAnalyses {
  const latestOf = async (items: readonly AnalysisSummary[]) => {
    const names = [...new Set(items.map(({ configName }) => configName))];
    const latest = names.map(async (config) => {
      return [config, await analyses.list({ config, limit: LATEST })] as const;
    });
    return new Map(await Promise.all(latest));
  };
  return async (search) => {
    const found = await analyses.list({ limit: PAGE + 1, ...filterOf(search, now()) });
    const items = found.slice(0, PAGE);
    const last = items.at(-1);
    const next = found.length > PAGE && last !== undefined ? { next: last.id } : {};
    return { items, ...next, latest: await latestOf(items) };
  };
}

function filterOf(search: AnalysisSearch, now: number): Omit<AnalysisFilter, 'limit'> {
  const { q, config, label, result, last, before } = search;
  const at = label.indexOf('=');
  return {
    ...(q === '' ? {} : { text: q }),
    ...(config === '' ? {} : { config }),
    ...(label === '' ? {} : { labels: { [label.slice(0, at)]: label.slice(at + 1) } }),
    ...(result === '' ? {} : { results: resultsOf(result) }),
    ...(last === '' ? {} : { from: now - durationOf(last) }),
    ...(before === undefined ? {} : { before }),
  };
}

/** States and verdicts behind one word. */
function resultsOf(result: string): NonNullable<AnalysisFilter['results']> {
  if (result === 'attention') {
    return { states: ['failed'], verdicts: VERDICTS.filter((verdict) => verdict !== 'pass') };
  }
  if (result === 'running') return { states: ['queued', 'running'], verdicts: [] };
  const isVerdict = VERDICTS.includes(result as Verdict);
  return isVerdict
    ? { states: [], verdicts: [result as Verdict] }
    : { states: [result as AnalysisState], verdicts: [] };
}
