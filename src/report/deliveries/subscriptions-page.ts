import { hiddenAddress, shownAddress } from '../../model/receiver/receiver.ts';
import type { Subscription } from '../../model/receiver/subscription.ts';
import { formatCount, formatInstant } from '../format.ts';
import { renderCardTable } from '../card-table.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import { renderSign } from '../vocabulary.ts';

/** Everything the page shows; rendering reads nothing else. */
export interface SubscriptionsView {
  /** Ascending by id. */
  items: readonly Subscription[];
  /** The test that was asked for, where one was. */
  tested?: { id: string; durationMs: number; status?: number; error?: string; answer?: string };
}

const COLUMNS = ['State', 'Subscription', 'To', 'Events', 'Of', 'Actions'];

/** Who is told of what. */
export function renderSubscriptionsPage({ items, tested }: SubscriptionsView): string {
  return renderDocument({
    title: 'Subscriptions · Canary Verdict',
    current: 'deliveries',
    body: html`<main id="main">
      <h1>Subscriptions</h1>
      <p><a href="/deliveries">Deliveries</a>: what was sent</p>
      ${tested !== undefined && renderTested(tested)}
      ${items.length === 0 ? renderNothing() : renderTable(items)}
    </main>`,
  });
}

function renderTested({ id, ...end }: NonNullable<SubscriptionsView['tested']>): SafeHtml {
  const { durationMs, status, error, answer = '' } = end;
  const said = status === undefined ? 'no answer' : `answered ${status}`;
  return html`<section class="banner ${error === undefined ? 'pass' : 'fail'}" role="status">
    <p>
      <strong>${error === undefined ? '✔ The test arrived' : '✖ The test did not arrive'}</strong>
      at ${id}: ${said} after ${formatCount(durationMs)} ms${error !== undefined && `, ${error}`}
    </p>
    ${answer !== '' && html`<p><code>${answer}</code></p>`}
  </section>`;
}

function renderNothing(): SafeHtml {
  return html`<p role="status">
    Nobody is subscribed. <a href="/docs/reference/webhooks">How to subscribe</a>, by the API or in
    the configuration.
  </p>`;
}

function renderTable(items: readonly Subscription[]): SafeHtml {
  const caption = `${items.length} ${items.length === 1 ? 'subscription' : 'subscriptions'}`;
  return renderCardTable({ caption, columns: COLUMNS, rows: items.map(renderRow) });
}

function renderRow(subscription: Subscription): SafeHtml {
  const { id, description, origin, format, events, isUrlSecret, url } = subscription;
  const address = isUrlSecret === true ? hiddenAddress(url) : shownAddress(subscription);
  return html`<tr role="row" data-row="">
    <td role="cell" data-label="State">${renderState(subscription)}</td>
    <th role="rowheader" scope="row">
      <a href="/deliveries?${new URLSearchParams({ subscription: id }).toString()}">${id}</a>
      <span class="quiet"
        >${description}${origin === 'configuration' && ' (of the configuration)'}</span
      >
    </th>
    <td role="cell" data-label="To" class="wide">
      ${address} <span class="quiet">${format}</span>
    </td>
    <td role="cell" data-label="Events">${events.join(', ')}</td>
    <td role="cell" data-label="Of">${filterText(subscription)}</td>
    <td role="cell">${renderActions(subscription)}</td>
  </tr> `;
}

function renderState({ disabled }: Subscription): Content {
  if (disabled === undefined) return renderSign({ glyph: '✔', word: 'Enabled', tone: 'pass' });
  return html`${renderSign({ glyph: '⊘', word: 'Disabled', tone: 'fail' })}
    <span class="quiet">since ${formatInstant(disabled.at)}: ${disabled.reason}</span>`;
}

function filterText({ filter }: Subscription): string {
  const { configs = [], applications = [], labels = {} } = filter;
  const parts = [
    ...configs.map((name) => `config ${name}`),
    ...applications.map((name) => `application ${name}`),
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.length === 0 ? 'every analysis' : parts.join(', ');
}

function renderActions({ id, disabled }: Subscription): SafeHtml {
  const path = `/subscriptions/${encodeURIComponent(id)}`;
  return html`${
      disabled !== undefined &&
      html`<form method="post" action="${path}/enable">
        <button type="submit" aria-label="Enable ${id}">Enable</button>
      </form>`
    }
    <form method="post" action="${path}/test">
      <button type="submit" aria-label="Send a test to ${id}">Send a test</button>
    </form>`;
}
