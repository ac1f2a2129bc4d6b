import type { ListAnalyses } from '../../analysis/list-analyses.ts';
import type { Read } from '../../analysis/read.ts';
import { renderComparePage, type ComparedAnalysis } from '../../report/compare/compare-page.ts';
import type { Handlers } from '../../http/operation.ts';
import { page } from './page.ts';

export interface CompareParts {
  read: Read;
  listAnalyses: ListAnalyses;
}

/** Analyses of the same config that are offered beside the one that is named. */
const CHOICES = 20;

/** Two analyses beside each other. */
export function compareHandlers({ read, listAnalyses }: CompareParts): Handlers {
  async function comparedOf(id: string): Promise<ComparedAnalysis> {
    const { analysis, result } = await read.detail(id);
    return { analysis, judgement: result?.judgement };
  }

  async function choicesBeside({ analysis }: ComparedAnalysis): Promise<string[]> {
    const config = analysis.snapshot.configName;
    const { items } = await listAnalyses({ q: '', label: '', result: '', last: '', config });
    return items.slice(0, CHOICES).map(({ id }) => id);
  }

  return {
    async getComparePage({ parameters }) {
      const { left, right } = parameters as { left: string; right: string };
      const one = left === '' ? undefined : await comparedOf(left);
      const other = right === '' ? undefined : await comparedOf(right);
      const named = one ?? other;
      const choices = named === undefined ? [] : await choicesBeside(named);
      const both = one !== undefined && other !== undefined;
      const compared = both ? { compared: { left: one, right: other } } : {};
      return page(200, renderComparePage({ left, right, ...compared, choices }), 'form');
    },
  };
}
