import type { ListAnalyses } from '../../analysis/list-analyses.ts';
import { renderAnalysesPage } from '../../report/analyses/analyses-page.ts';
import type { Handlers } from '../../http/operation.ts';
import { page } from './page.ts';

export interface AnalysesParts {
  listAnalyses: ListAnalyses;
  now(): number;
}

/** The list of analyses, which is the home page. */
export function analysesHandlers({ listAnalyses, now }: AnalysesParts): Handlers {
  return {
    async getHomePage({ parameters }) {
      const filter = parameters as unknown as Parameters<ListAnalyses>[0];
      const view = { filter, ...(await listAnalyses(filter)), generatedAt: now() };
      return page(200, renderAnalysesPage(view), 'form');
    },
  };
}
