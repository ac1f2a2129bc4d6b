import { isFormula } from '../../model/config.ts';
import { html, type Content } from '../html.ts';
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
      ([name, query, link]) =>
        html`<p class="query-side">
            ${name}
            ${link !== undefined && html`<a href="${link}" rel="noreferrer">open in ${new URL(link).host}</a>`}
          </p>
          <pre
            class="scroll"
            tabindex="0"
            aria-label="query of ${metric.metric}, ${name}"
          ><code>${query}</code></pre> `,
    )}`;
}

type Text = [name: string, query: string, link: string | undefined];

/** What the series themselves tell goes over what is known of the request. */
function textsOf({ pair, queries }: MetricRow): Text[] {
  const linkOf = (side: string) =>
    queries.find((one) => one.side === side && one.name === undefined && one.purpose === undefined)
      ?.link;
  const told = [
    ['baseline', pair?.baseline.attributes['query']] as const,
    ['canary', pair?.canary.attributes['query']] as const,
  ].flatMap(([side, query]): Text[] => (query === undefined ? [] : [[side, query, linkOf(side)]]));
  const sides = told.map(([side]) => side);
  const others = queries.map(({ side, name, purpose, query, link }): Text => [
    [side, name ?? purpose].filter((part) => part !== undefined).join(', '),
    query,
    link,
  ]);
  return [...told, ...others.filter(([name]) => !sides.includes(name))];
}
