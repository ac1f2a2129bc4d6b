import type { RunsOfConfig } from '../../analysis/runs-of-config.ts';
import { renderHeatmapPage } from '../../report/heatmap/heatmap-page.ts';
import type { Handlers } from '../../http/operation.ts';
import { page } from './page.ts';

export interface HeatmapParts {
  runsOfConfig: RunsOfConfig;
}

/** Metrics by runs of one config. */
export function heatmapHandlers({ runsOfConfig }: HeatmapParts): Handlers {
  return {
    async getHeatmapPage({ parameters }) {
      const { config, runs: limit } = parameters as { config: string; runs: number };
      const runs = config === '' ? [] : await runsOfConfig(config, limit);
      return page(200, renderHeatmapPage({ config, runs: runs.toReversed() }), 'form');
    },
  };
}
