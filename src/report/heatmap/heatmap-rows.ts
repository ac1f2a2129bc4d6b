import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import type { RunOfConfig } from '../../model/run-of-config.ts';
import { severityOf } from '../../model/judgement/severity.ts';
import { describeTags } from '../metric/metric-row.ts';

/** One metric over the runs; `undefined` where a run has not judged it. */
export interface HeatmapRow {
  name: string;
  tags: string;
  cells: (MetricJudgement | undefined)[];
  /** Cells that are no pass. */
  trouble: number;
}

/** Those in trouble most often first, then by name: what fails every time is a config to mend. */
export function heatmapRows(runs: readonly RunOfConfig[]): HeatmapRow[] {
  const rows = new Map<string, HeatmapRow>();
  runs.forEach(({ judgement }, index) => {
    for (const metric of judgement?.metrics ?? []) {
      const tags = describeTags(metric.tags);
      const key = JSON.stringify([metric.metric, tags]);
      const row = rows.get(key) ?? {
        name: metric.metric,
        tags,
        cells: runs.map(() => undefined),
        trouble: 0,
      };
      row.cells[index] = metric;
      if (severityOf(metric) !== 'pass') row.trouble++;
      rows.set(key, row);
    }
  });
  return [...rows.values()].sort(
    (a, b) => b.trouble - a.trouble || a.name.localeCompare(b.name) || a.tags.localeCompare(b.tags),
  );
}
