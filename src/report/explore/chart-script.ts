import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const fileOf = (name: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${name}`), 'utf8');

export const uplotStyles = fileOf('uPlot.min.css');

/**
 * What a report can do beside being read: charts with a crosshair, zoom and values as a table, and a table of metrics
 * that can be filtered and sorted. Loaded by the script of all pages, where a page names it (`data-script`).
 */
export const chartScript = `${fileOf('uPlot.iife.min.js')}
'use strict';
(() => {
  const PAGE = 50;
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  function read(text) {
    const lines = text.trim().split('\\n').slice(1).map((line) => line.split(','));
    const column = (at) => lines.map((line) => (line[at] === '' ? null : Number(line[at])));
    return [lines.map((line) => Date.parse(line[0]) / 1000), column(1), column(2)];
  }

  function save(href, download) {
    const link = make('a', { href, download });
    document.body.append(link);
    link.click();
    link.remove();
  }

  /** What a reader has zoomed to, by metric: a live report is renewed as a whole, with other ids. */
  const kept = new Map();
  const keyOfFigure = (figure) => figure.dataset.metric + '|' + (figure.closest('details')?.querySelector('.tags')?.textContent ?? '');

  /** Left and right move the crosshair, Home and End to the ends; what it stands on is told. */
  function moveByKeys(place, plot, data, say) {
    place.addEventListener('keydown', (event) => {
      const { min, max } = plot.scales.x;
      const [first, last] = [data[0].findIndex((at) => at >= min), data[0].findLastIndex((at) => at <= max)];
      const at = plot.cursor.idx ?? first - 1;
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: first, End: last }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const index = Math.min(last, Math.max(first, next));
      plot.setCursor({ left: plot.valToPos(data[0][index], 'x'), top: plot.bbox.height / devicePixelRatio / 2 });
      const [clock, ...values] = data.map((column) => column[index]);
      say(new Date(clock * 1000).toISOString().slice(0, 19).replace('T', ' ') + ' UTC: baseline ' + (values[0] ?? 'gap') + ', canary ' + (values[1] ?? 'gap'));
    });
  }

  function drawChart(figure, data, say) {
    const place = make('div', { className: 'uplot-place', tabIndex: 0 });
    place.setAttribute('role', 'group');
    place.setAttribute('aria-label', 'Chart of ' + figure.dataset.metric + ': arrow keys move the crosshair');
    figure.querySelector('.values-tools').before(place);
    const text = color('text');
    const axis = { stroke: text, grid: { stroke: color('rule'), width: 1 }, ticks: { stroke: color('rule') } };
    const utc = uPlot.tzDate;
    const plot = new uPlot({
      width: Math.max(280, place.clientWidth), height: 280,
      tzDate: (seconds) => utc(new Date(seconds * 1000), 'Etc/UTC'),
      cursor: { drag: { x: true, y: false, uni: 20 } },
      series: [
        { label: 'UTC', value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' },
        { label: 'baseline', stroke: color('baseline'), width: 2 },
        { label: 'canary', stroke: color('canary'), width: 2, dash: [6, 4] },
      ],
      axes: [axis, { ...axis, size: 70 }],
      hooks: { setScale: [(drawn, scale) => {
        const { min, max } = drawn.scales.x;
        const isAll = min <= data[0][0] && max >= data[0].at(-1);
        if (scale === 'x') kept.set(keyOfFigure(figure), isAll ? undefined : { min, max });
      }] },
    }, data, place);
    moveByKeys(place, plot, data, say);
    addEventListener('resize', () => plot.setSize({ width: Math.max(280, place.clientWidth), height: 280 }));
    return plot;
  }

  function drawTable(figure, data) {
    const place = make('div', { className: 'scroll', tabIndex: 0 });
    place.setAttribute('role', 'group');
    place.setAttribute('aria-label', 'Values of ' + figure.dataset.metric);
    figure.append(place);
    let from = 0;
    const show = () => {
      const table = make('table');
      const caption = table.createCaption();
      caption.textContent = 'Values ' + (from + 1) + ' to ' + Math.min(from + PAGE, data[0].length) + ' of ' + data[0].length;
      const head = table.createTHead().insertRow();
      for (const word of ['Time (UTC)', 'Baseline', 'Canary']) head.append(make('th', { scope: 'col', textContent: word }));
      const body = table.createTBody();
      for (let at = from; at < Math.min(from + PAGE, data[0].length); at++) {
        const row = body.insertRow();
        row.append(make('th', { scope: 'row', textContent: new Date(data[0][at] * 1000).toISOString().slice(0, 19).replace('T', ' ') }));
        for (const side of [1, 2]) row.insertCell().textContent = data[side][at] ?? 'gap';
      }
      const turn = (word, by) => {
        const button = make('button', { type: 'button', textContent: word, disabled: from + by < 0 || from + by >= data[0].length });
        button.addEventListener('click', () => { from += by; show(); });
        return button;
      };
      place.replaceChildren(table, ...(data[0].length > PAGE ? [turn('Earlier', -PAGE), turn('Later', PAGE)] : []));
    };
    show();
    return place;
  }

  async function valuesOf(figure) {
    const answer = await fetch(figure.dataset.values);
    if (!answer.ok) throw new Error('The values cannot be read (' + answer.status + '): reload the page.');
    return read(await answer.text());
  }

  function equip(figure) {
    const tools = figure.querySelector('.values-tools');
    const told = make('span', { className: 'quiet' });
    told.setAttribute('role', 'status');
    let values;
    const button = (word, act) => {
      const made = make('button', { type: 'button', textContent: word });
      made.addEventListener('click', async () => {
        try {
          values ??= await valuesOf(figure);
          act(values, made);
        } catch (error) {
          told.textContent = error.message;
        }
      });
      return made;
    };
    let plot;
    let table;
    const picture = button('Save as PNG', () => plot.ctx.canvas.toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      save(address, figure.dataset.metric.replace(/[^\\w.-]+/g, '-') + '.png');
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    }));
    picture.hidden = true;
    const zoom = button('Zoom', (data) => {
      if (plot !== undefined) return plot.setScale('x', { min: data[0][0], max: data[0].at(-1) });
      const before = kept.get(keyOfFigure(figure));
      plot = drawChart(figure, data, (words) => { told.textContent = words; });
      if (before !== undefined) plot.setScale('x', before);
      picture.hidden = false;
      zoom.textContent = 'Show all';
      told.textContent = 'Drag over the chart to zoom in; arrow keys move the crosshair.';
    });
    const list = button('Values as a table', (data) => {
      if (table === undefined) table = drawTable(figure, data);
      else table.hidden = !table.hidden;
      list.setAttribute('aria-expanded', String(!table.hidden));
    });
    list.setAttribute('aria-expanded', 'false');
    tools.prepend(zoom, ' ', picture, ' ', list, ' ');
    tools.append(' ', told);
    if (kept.has(keyOfFigure(figure))) zoom.click(); // it was open before the report was renewed
  }

  /** Numbers by their first number, words by their words; what has none comes last. */
  function keyOf(row, column) {
    const text = row.cells[column].textContent.trim();
    const number = Number((/[−+-]?[\\d.,]+/.exec(text)?.[0] ?? '').replace('−', '-').replaceAll(',', ''));
    return column < 2 ? text : /\\d/.test(text) ? number : -Infinity;
  }

  function equipTable(table) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 2) return;
    table.tHead.querySelectorAll('th').forEach((head, column) => {
      if (head.querySelector('svg') !== null) return;
      const button = make('button', { type: 'button', className: 'sort' });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const order = head.getAttribute('aria-sort') === 'descending' ? 'ascending' : 'descending';
        for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', order);
        const sign = order === 'ascending' ? 1 : -1;
        const compare = (a, b) => (a < b ? -1 : Number(a > b));
        table.tBodies[0].append(...rows.toSorted((a, b) => sign * compare(keyOf(a, column), keyOf(b, column))));
      });
    });
    if (rows.length < 12) return;
    const form = make('form', { className: 'filters' });
    const word = make('input', { type: 'search' });
    const state = make('select');
    const states = [...new Set(rows.map((row) => row.cells[0].textContent.trim()))];
    state.append(new Option('all', ''), ...states.map((one) => new Option(one, one)));
    const group = make('select');
    const groups = [...new Set(rows.flatMap((row) => JSON.parse(row.dataset.groups ?? '[]')))].sort();
    group.append(new Option('all', ''), ...groups.map((one) => new Option(one, one)));
    const told = make('output', { className: 'quiet' });
    for (const [name, input] of [['Metric', word], ['Result', state], ['Group', group]]) {
      const label = make('label', { textContent: name + ' ' });
      input.setAttribute('aria-label', name);
      label.append(input);
      form.append(label);
    }
    form.append(told);
    const filter = () => {
      const wanted = word.value.toLowerCase();
      for (const row of rows) {
        const [result, metric] = [...row.cells].map(({ textContent }) => textContent.trim());
        row.hidden = !metric.toLowerCase().includes(wanted) || (state.value !== '' && result !== state.value)
          || (group.value !== '' && !JSON.parse(row.dataset.groups).includes(group.value));
      }
      told.textContent = rows.filter((row) => !row.hidden).length + ' of ' + rows.length + ' metrics';
    };
    form.addEventListener('input', filter);
    form.addEventListener('submit', (event) => event.preventDefault());
    table.closest('.scroll').before(form);
    filter();
  }

  const equipPage = () => {
    document.querySelectorAll('[data-values]:not([data-equipped])').forEach((figure) => {
      figure.dataset.equipped = '';
      equip(figure);
    });
    document.querySelectorAll('table.metrics:not([data-equipped])').forEach((table) => {
      table.dataset.equipped = '';
      equipTable(table);
    });
  };
  equipPage();
  new MutationObserver(equipPage).observe(document.body, { childList: true });
})();
`;
