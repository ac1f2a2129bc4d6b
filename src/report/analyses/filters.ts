import type { AnalysisSearch } from '../../model/analysis-search.ts';
import { renderChoice, renderField } from '../form-fields.ts';
import { html, type SafeHtml } from '../html.ts';

const RESULTS: readonly (readonly [string, string])[] = [
  ['', 'any result'],
  ['attention', 'needs attention'],
  ['running', 'not ended'],
  ['pass', 'pass'],
  ['marginal', 'marginal'],
  ['fail', 'fail'],
  ['undecided', 'undecided'],
  ['nodata', 'not enough data'],
  ['failed', 'error'],
  ['cancelled', 'cancelled'],
];

const TIMES: readonly (readonly [string, string])[] = [
  ['', 'any time'],
  ['1h', 'last hour'],
  ['1d', 'last day'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
];

/** A form that needs no script: what is chosen stands in the address. */
export function renderFilters(filter: AnalysisSearch): SafeHtml {
  return html`<form class="filters" method="get" action="/" role="search" aria-label="Analyses">
    ${renderField('q', 'Search', filter.q, { type: 'search' })}
    ${renderField('config', 'Config', filter.config)}
    ${renderField('label', 'Label', filter.label, { placeholder: 'name=value' })}
    ${renderChoice('result', 'Result', filter.result, RESULTS)}
    ${renderChoice('last', 'Submitted', filter.last, TIMES)}
    <button type="submit">Show</button>
    ${isFiltered(filter) && html`<a href="/">Clear</a>`}
  </form>`;
}

export function isFiltered(filter: AnalysisSearch): boolean {
  const { q, config, label, result, last, before } = filter;
  return [q, config, label, result, last, before ?? ''].some((value) => value !== '');
}

/** Address of the list with this filter. */
export function addressOf(filter: AnalysisSearch): string {
  const given = Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined);
  return given.length === 0 ? '/' : `/?${new URLSearchParams(given).toString()}`;
}
