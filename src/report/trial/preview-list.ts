import type { Pair, Series } from '../../model/series.ts';
import { renderSeriesChart } from '../charts/series-chart.ts';
import { formatCount, formatNumber } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { describeTags } from '../metric/metric-row.ts';

/** What one query of a metric brings for one side. */
export interface PreviewedQuery {
  metric: string;
  side: 'baseline' | 'canary';
  queryName: string;
  isExposure: boolean;
  account: string;
  answer?: {
    query: string;
    tookMs: number;
    series: readonly Series[];
    omitted: number;
    remarks: readonly string[];
  };
  problem?: string;
}

export interface PreviewView {
  queries: readonly PreviewedQuery[];
  leftOut: number;
}

/** Every query as it was sent, and what came back, both sides of each beside each other. */
export function renderPreview({ queries, leftOut }: PreviewView): SafeHtml {
  const groups = Map.groupBy(queries, ({ metric, queryName, isExposure }) =>
    [metric, queryName === '' ? '' : `query "${queryName}"`, isExposure ? 'exposure' : '']
      .filter((part) => part !== '')
      .join(', '),
  );
  return html`<section aria-labelledby="preview-title">
    <h2 id="preview-title">What the queries bring</h2>
    ${[...groups].map(([name, sides], index) => renderQuery(name, sides, index))}
    ${leftOut > 0 && html`<p>${formatCount(leftOut)} further queries were not sent: a preview shows the first ones.</p>`}
  </section>`;
}

function renderQuery(name: string, sides: readonly PreviewedQuery[], index: number): SafeHtml {
  const pair = pairOf(name, sides);
  return html`<section class="card preview" aria-label="${name}">
    <h3>${name}</h3>
    <span class="quiet">account ${sides[0]!.account}</span>
    ${pair !== undefined && renderSeriesChart(pair, `preview-${index}`, { size: 'small' })}
    <div class="columns">${sides.map(renderSide)}</div>
  </section>`;
}

function renderSide({ side, answer, problem }: PreviewedQuery): SafeHtml {
  if (answer === undefined)
    return html`<div>
      <h4>${side}</h4>
      <p class="sign error">⚠ ${problem}</p>
    </div>`;
  const { query, tookMs, series, omitted, remarks } = answer;
  return html`<div>
    <h4>${side}</h4>
    <p>${describeSeries(series.length + omitted)}, answered in ${formatCount(tookMs)} ms.</p>
    <ul>
      ${series.slice(0, MOST_SERIES).map((one) => html`<li>${describeOne(one)}</li>`)}
      ${remarks.map((remark) => html`<li>${remark}</li>`)}
    </ul>
    <pre
      class="listing scroll"
      tabindex="0"
      aria-label="Query of the ${side}"
    ><code>${query}</code></pre>
  </div>`;
}

const MOST_SERIES = 5;

/** Several series of a metric are several comparisons, and none is no data: both are worth a word. */
function describeSeries(count: number): Content {
  if (count === 0)
    return html`<strong class="sign nodata">∅ No series</strong>: the scope, the window or the query
      fits nothing`;
  return count === 1 ? '1 series' : `${formatCount(count)} series, each a comparison of its own`;
}

function describeOne({ tags, values }: Series): string {
  const numbers = values.filter(Number.isFinite);
  const name = describeTags(tags);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const last = formatNumber(numbers.at(-1));
  return `${name === '' ? '' : `${name}: `}${formatCount(numbers.length)} points, ${formatCount(values.length - numbers.length)} gaps, mean ${formatNumber(mean)}, last ${last}`;
}

/** Drawn together where each side has one series. */
function pairOf(metric: string, sides: readonly PreviewedQuery[]): Pair | undefined {
  const seriesOf = (wanted: string) => {
    const all = sides.find(({ side }) => side === wanted)?.answer?.series ?? [];
    return all.length === 1 && all[0]!.values.length > 0 ? all[0] : undefined;
  };
  const [baseline, canary] = [seriesOf('baseline'), seriesOf('canary')];
  if (baseline === undefined || canary === undefined) return undefined;
  return { id: metric, metric, tags: {}, baseline, canary };
}
