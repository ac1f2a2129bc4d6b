import type { Delivery, DeliveryAttempt, DeliveryState } from '../../model/analysis.ts';
import { shownAddress } from '../../model/receiver/receiver.ts';
import { renderChoice, renderField } from '../form-fields.ts';
import { formatCount, formatInstant } from '../format.ts';
import { renderCardTable } from '../card-table.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import { renderSign, type Sign } from '../vocabulary.ts';

/** Everything the list shows; rendering reads nothing else. */
export interface DeliveriesView {
  search: { state: string; subscription: string; analysis: string; before?: string };
  /** Newest first. */
  items: readonly { delivery: Delivery; attempts: readonly DeliveryAttempt[] }[];
  /** Id after which the next, older page begins; absent on the last one. */
  next?: string;
  generatedAt: number;
}

type Item = DeliveriesView['items'][number];

const SIGNS: Record<DeliveryState, Sign> = {
  pending: { glyph: '◷', word: 'Pending', tone: 'neutral' },
  delivered: { glyph: '✔', word: 'Delivered', tone: 'pass' },
  dead: { glyph: '✖', word: 'Dead', tone: 'fail' },
};

const STATES: readonly (readonly [string, string])[] = [
  ['', 'any state'],
  ['pending', 'pending'],
  ['delivered', 'delivered'],
  ['dead', 'dead'],
];

/** What was sent to whom, and how it was answered. */
export function renderDeliveriesPage(view: DeliveriesView): string {
  const { search, items, next } = view;
  return renderDocument({
    title: 'Deliveries · Canary Verdict',
    current: 'deliveries',
    body: html`<main id="main">
      <h1>Deliveries</h1>
      <p><a href="/subscriptions">Subscriptions</a>: who is told of what</p>
      <form class="filters" method="get" action="/deliveries" role="search" aria-label="Deliveries">
        ${renderChoice('state', 'State', search.state, STATES)}
        ${renderField('subscription', 'Subscription', search.subscription, { maxLength: 100 })}
        ${renderField('analysis', 'Analysis', search.analysis, { maxLength: 64 })}
        <button type="submit">Show</button>
      </form>
      ${items.length === 0 ? renderNothing(search) : renderTable(view)}
      ${
        next !== undefined &&
        html`<nav aria-label="Pages">
          <a
            rel="next"
            href="/deliveries?${new URLSearchParams({ ...search, before: next }).toString()}"
            >Older deliveries</a
          >
        </nav>`
      }
    </main>`,
  });
}

function renderNothing({ state, subscription, analysis }: DeliveriesView['search']): SafeHtml {
  if (state + subscription + analysis === '')
    return html`<p role="status">
      Nothing was sent yet. An analysis tells its own callbacks and every subscription that fits:
      <a href="/docs/reference/webhooks">how to be told</a>.
    </p>`;
  return html`<p role="status">
    No delivery fits this filter. <a href="/deliveries">Show all of them</a>.
  </p>`;
}

const COLUMNS = ['State', 'Event', 'To', 'Created', 'Attempts', 'Again'];

function renderTable({ items, generatedAt }: DeliveriesView): SafeHtml {
  const count = `${items.length} ${items.length === 1 ? 'delivery' : 'deliveries'}`;
  const caption = `${count}, newest first. As of ${formatInstant(generatedAt)}.`;
  return renderCardTable({ caption, columns: COLUMNS, rows: items.map(renderRow) });
}

function renderRow({ delivery, attempts }: Item): SafeHtml {
  const { analysisId, subscriptionId, event, state, createdAt, format } = delivery;
  return html`<tr role="row" data-row="">
    <td role="cell" data-label="State">${renderSign(SIGNS[state])}${renderNext(delivery)}</td>
    <th role="rowheader" scope="row">
      <a href="/analyses/${analysisId}">${event}</a>
    </th>
    <td role="cell" data-label="To" class="wide">
      ${shownAddress(delivery)}
      <span class="quiet"
        >${format}${subscriptionId === undefined ? ', a callback' : `, ${subscriptionId}`}</span
      >
    </td>
    <td role="cell" data-label="Created">
      <time datetime="${new Date(createdAt).toISOString()}">${formatInstant(createdAt)}</time>
    </td>
    <td role="cell" data-label="Attempts" class="wide">${renderAttempts(attempts)}</td>
    <td role="cell">${state !== 'pending' && renderAgain(delivery)}</td>
  </tr> `;
}

function renderNext({ state, nextAttemptAt }: Delivery): Content {
  if (state !== 'pending') return undefined;
  return html`<br /><span class="quiet">next attempt ${formatInstant(nextAttemptAt)}</span>`;
}

function renderAttempts(attempts: readonly DeliveryAttempt[]): Content {
  if (attempts.length === 0) return 'none';
  return html`<ol class="plain">
    ${attempts.map(
      ({ number, startedAt, durationMs, status, error, answer }) =>
        html`<li>
          ${number}: ${formatInstant(startedAt)},
          ${status === undefined ? 'no answer' : `answered ${status}`} after
          ${formatCount(durationMs)} ms${error !== undefined && html`, ${error}`}
          ${answer !== undefined && answer !== '' && html`<br /><code>${answer}</code>`}
        </li>`,
    )}
  </ol>`;
}

/** The receiver may act on it again, which a button must say. */
function renderAgain({ id, event }: Delivery): SafeHtml {
  return html`<form method="post" action="/deliveries/${encodeURIComponent(id)}/redeliver">
    <button type="submit">
      Send again<span class="hidden">: ${event}; the receiver may act on it again</span>
    </button>
  </form>`;
}
