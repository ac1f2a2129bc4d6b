import type { ReplayedLook, ReplayedMetric } from '../../model/replay.ts';
import { formatNumber, formatScore } from '../../report/format.ts';
import { renderFindings, withoutControls } from '../../report/text.ts';
import { signOf } from '../../report/vocabulary.ts';

import type { ExaminedReplay } from './examined.ts';

/** The verdict, the looks at which a label changed, and what was found of each metric. */
export function renderTimeline(replayed: ExaminedReplay): string {
  const { verdict, decidedAt, looks, metrics, findings } = replayed;
  const { glyph, word } = signOf({ state: 'completed', verdict });
  const when =
    decidedAt === null
      ? `at the end, after ${looks.at(-1)?.samples ?? 0} samples`
      : `after ${decidedAt} samples`;
  const names = metrics.map(({ name }) => withoutControls(name));
  const rows = looks.filter(
    (look, i) => i === 0 || i === looks.length - 1 || isChange(look, looks[i - 1]!),
  );
  const lines = [
    `${glyph} ${word.toUpperCase()} ${when}`,
    ...renderTable([
      ['SAMPLES', 'SCORE', ...names],
      ...rows.map(({ samples, score, classifications }) => [
        String(samples),
        formatScore(score),
        ...classifications,
      ]),
    ]),
    ...metrics.map((metric, k) => `  ${names[k]!}: ${describeMetric(metric)}`),
    ...renderFindings(findings),
  ];
  return `${lines.join('\n')}\n`;
}

function isChange({ classifications }: ReplayedLook, before: ReplayedLook): boolean {
  return classifications.some((label, k) => label !== before.classifications[k]);
}

function renderTable(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

function describeMetric(metric: ReplayedMetric): string {
  const { classification, decidedAt, estimate, interval, eValue } = metric;
  const label = decidedAt === null ? classification : `${classification} from ${decidedAt} samples`;
  const ratio = estimate === null ? [] : [`${formatNumber(estimate)} times the baseline`];
  const range =
    interval === null
      ? []
      : [`interval ${formatNumber(interval.lower)} to ${formatNumber(interval.upper)}`];
  const evidence = eValue === null ? [] : [`e-value ${formatNumber(eValue)}`];
  return [label, ...ratio, ...range, ...evidence].join(', ');
}
