import type { RunsOfConfig } from '../../analysis/runs-of-config.ts';
import { renderHistoryPage } from '../../report/history/history-page.ts';
import type { Handlers } from '../../http/operation.ts';
import { page } from './page.ts';

export interface HistoryParts {
  runsOfConfig: RunsOfConfig;
}

/** One metric over the runs of a config. */
export function historyHandlers({ runsOfConfig }: HistoryParts): Handlers {
  return {
    async getHistoryPage({ parameters }) {
      const { config, metric, runs } = parameters as {
        config: string;
        metric: string;
        runs: number;
      };
      const found = await runsOfConfig(config, runs);
      return page(200, renderHistoryPage({ config, metric, runs: found }));
    },
  };
}
