import { isFormula } from '../model/config.ts';
import { html, type Content } from './html.ts';
import type { MetricRow } from './metric-row.ts';

/** The queries of a metric as they were sent, those of a formula and of an exposure by name. */
export function renderQueries(row: MetricRow): Content {
  const { metric, config } = row;
  const formula =
    config !== undefined && isFormula(config.query) ? config.query.formula : undefined;
  const texts = textsOf(row);
  if (texts.length === 0 && formula === undefined) return undefined;
  return html`<h4>Query as executed</h4>
    ${formula !== undefined && html`<p>Formula: <code>${formula}</code></p>`}
    ${texts.map(
      ([name, query]) =>
        html`<p class="query-side">${name}</p>
          <pre
            class="scroll"
            tabindex="0"
            aria-label="query of ${metric.metric}, ${name}"
          ><code>${query}</code></pre> `,
    )}`;
}

/** What the series themselves tell goes over what is known of the request. */
function textsOf({ pair, queries }: MetricRow): [name: string, query: string][] {
  const told = [
    ['baseline', pair?.baseline.attributes['query']] as const,
    ['canary', pair?.canary.attributes['query']] as const,
  ].flatMap(([side, query]): [string, string][] => (query === undefined ? [] : [[side, query]]));
  const sides = told.map(([side]) => side);
  const others = queries.map(({ side, name, purpose, query }): [string, string] => [
    [side, name ?? purpose].filter((part) => part !== undefined).join(', '),
    query,
  ]);
  return [...told, ...others.filter(([name]) => !sides.includes(name))];
}
