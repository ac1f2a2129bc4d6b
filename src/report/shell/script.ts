/**
 * What pages can do beside being read, in any browser that runs scripts: nothing stands in here alone. A page
 * that is not at its end names how it is followed (`data-events`) or how often it is asked again (`data-refresh`).
 */
export const script = `'use strict';
(() => {
  const main = () => document.getElementById('main');
  const isBusy = () => document.hidden || document.activeElement?.matches('input, select, textarea');

  async function renew() {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const old = main();
    const open = new Set([...old.querySelectorAll('details[open] .detail')].map(({ id }) => id));
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    old.replaceWith(next.getElementById('main'));
    for (const detail of main().querySelectorAll('details .detail')) {
      if (open.has(detail.id)) detail.closest('details').open = true;
    }
    if (focused !== null) main().querySelector('a[href="' + CSS.escape(focused) + '"]')?.focus();
    if (document.title !== next.title) document.getElementById('news').textContent = next.title;
    document.title = next.title;
  }

  // a server that is away is asked again by the next event, or by the reader
  const renewQuietly = () => renew().catch(() => undefined);

  function follow(address) {
    const events = new EventSource(address);
    let isFirst = true;
    events.addEventListener('changed', () => {
      if (!isFirst) renewQuietly();
      isFirst = false; // the page shows the first one already
    });
    events.addEventListener('ended', () => {
      events.close();
      renewQuietly();
    });
  }

  function refresh(seconds) {
    setTimeout(async () => {
      if (!isBusy()) await renewQuietly();
      const again = main().dataset.refresh;
      if (again !== undefined) refresh(Number(again));
    }, seconds * 1000);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select, textarea')) return;
    if (event.key === '/') {
      const search = document.querySelector('input[type=search]');
      if (search === null) return;
      event.preventDefault();
      search.focus();
    }
    if (event.key !== 'j' && event.key !== 'k') return;
    const rows = [...main().querySelectorAll('[data-row]')];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    rows[at < 0 ? 0 : at + (event.key === 'j' ? 1 : -1)]?.querySelector('a').focus();
  });

  document.addEventListener('click', (event) => {
    const line = event.target.closest('a[data-line]')?.dataset.line;
    const text = document.querySelector('textarea#text');
    if (line === undefined || text === null) return;
    event.preventDefault();
    const lines = text.value.split('\\n');
    const from = lines.slice(0, line - 1).join('\\n').length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(from, from + (lines[line - 1] ?? '').length);
    text.scrollTop = (line - 3) * parseFloat(getComputedStyle(text).lineHeight);
  });

  const { events, refresh: seconds, script: more } = main().dataset;
  // after the first paint: what charts can do beside being read is not waited for
  const load = () => document.head.append(Object.assign(document.createElement('script'), { src: more }));
  if (more !== undefined) requestAnimationFrame(() => setTimeout(load));
  if (events !== undefined) follow(events);
  else if (seconds !== undefined) refresh(Number(seconds));
})();
`;
