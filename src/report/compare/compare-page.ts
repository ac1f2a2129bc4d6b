import type { Analysis } from '../../model/analysis.ts';
import type { Judgement, MetricJudgement } from '../../model/judgement/judgement.ts';
import { worstFirst } from '../../model/judgement/severity.ts';
import { renderCardTable } from '../card-table.ts';
import { renderDifference } from '../configs/difference.ts';
import { renderField } from '../form-fields.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { describeTags } from '../metric/metric-row.ts';
import { describeChange } from '../metric/metric-table.ts';
import { renderDocument } from '../shell/document.ts';
import { metricSign, renderSign, signOf } from '../vocabulary.ts';

/** An analysis, and what it came to where it was judged. */
export interface ComparedAnalysis {
  analysis: Analysis;
  judgement?: Judgement | undefined;
}

/** Two analyses beside each other; rendering reads nothing else. */
export interface CompareView {
  /** Ids, as they are asked for; empty where none is named. */
  left: string;
  right: string;
  /** Once both are named. */
  compared?: { left: ComparedAnalysis; right: ComparedAnalysis };
  /** Analyses of the same config, to choose from. */
  choices: readonly string[];
}

/** What two analyses have in common and what not: verdicts, sides, metrics, configs. */
export function renderComparePage(view: CompareView): string {
  const { left, right, compared, choices } = view;
  return renderDocument({
    title: 'Compare · Canary Verdict',
    body: html`<main id="main">
      <h1>Compare two analyses</h1>
      <form class="filters ids" method="get" action="/compare" aria-label="Analyses">
        ${renderField('left', 'Analysis', left, { isRequired: true, choices })}
        ${renderField('right', 'with', right, { isRequired: true, choices })}
        <button type="submit">Compare</button>
      </form>
      ${
        compared === undefined
          ? html`<p role="status">Name two analyses by their ids: a report tells its own.</p>`
          : renderCompared(compared.left, compared.right)
      }
    </main>`,
  });
}

function renderCompared(left: ComparedAnalysis, right: ComparedAnalysis): SafeHtml {
  const configs = [left, right].map(({ analysis }) => analysis.snapshot.config);
  return html`${renderTable(
      'facts-title',
      'At a glance',
      facts(left).map(([name, text, shown], index) => {
        const [, otherText, other] = facts(right)[index]!;
        const differs = text === undefined ? undefined : text !== otherText;
        return { name, cells: [shown ?? text, other ?? otherText], differs };
      }),
    )}
    ${renderTable('metrics-title', 'Metrics', metricRows(left.judgement, right.judgement))}
    <section aria-labelledby="configs-title">
      <h2 id="configs-title">Configs</h2>
      ${renderDifference(configs[0], configs[1], 'From the config of the left one to that of the right one')}
    </section>`;
}

interface Row {
  name: Content;
  cells: readonly Content[];
  /** Absent where it says nothing: ids and times always differ. */
  differs: boolean | undefined;
}

/** Which row differs is a word as well as a sign. */
function renderTable(id: string, title: string, rows: readonly Row[]): SafeHtml {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${renderCardTable({ columns: COLUMNS, rows: rows.map(renderRow) })}
  </section>`;
}

const COLUMNS = [html`<span class="hidden">What</span>`, 'Left', 'Right', 'Differs'];

function renderRow({ name, cells, differs }: Row): SafeHtml {
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name}</th>
    <td role="cell" data-label="Left">${cells[0]}</td>
    <td role="cell" data-label="Right">${cells[1]}</td>
    <td role="cell" data-label="Differs">
      ${differs === undefined ? '' : differs ? '≠ yes' : 'no'}
    </td>
  </tr> `;
}

/** Name, text to compare, and what is shown where that is more than the text. */
function facts({
  analysis,
  judgement,
}: ComparedAnalysis): [string, string | undefined, SafeHtml?][] {
  const { id, snapshot, score, reason, failure } = analysis;
  const sign = signOf(analysis);
  const { configName, configVersion, labels, scopes, window, thresholds } = snapshot;
  const sides = (side: 'baseline' | 'canary') =>
    Object.values(scopes)
      .map((pair) => pair[side].scope)
      .join(', ');
  return [
    ['Analysis', undefined, html`<a href="/analyses/${id}">${id}</a>`],
    ['Verdict', sign.word, renderSign(sign)],
    ['Score', score === undefined ? '' : formatScore(score)],
    ['Reason', reason ?? failure?.message ?? ''],
    [
      'Config',
      configVersion === undefined ? configName : `${configName}, version ${configVersion}`,
    ],
    ['Judge', judgement?.judge ?? snapshot.config.judge],
    ['Thresholds', `pass ${thresholds.pass}, marginal ${thresholds.marginal}`],
    ['Baseline', sides('baseline')],
    ['Canary', sides('canary')],
    ['Step', `${window.stepSeconds} s`],
    [
      'Labels',
      Object.entries(labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['Submitted', undefined, html`${formatInstant(analysis.createdAt)}`],
  ];
}

/** Each metric of either, the worst of the right one first: that is the later one, where they are given in order. */
function metricRows(left: Judgement | undefined, right: Judgement | undefined): Row[] {
  const keyOf = ({ metric, tags }: MetricJudgement) => JSON.stringify([metric, describeTags(tags)]);
  const byKey = (judgement: Judgement | undefined) =>
    new Map(
      (judgement === undefined ? [] : worstFirst(judgement)).map(({ metric }) => [
        keyOf(metric),
        metric,
      ]),
    );
  const [ours, theirs] = [byKey(left), byKey(right)];
  return [...new Set([...theirs.keys(), ...ours.keys()])].map((key) => {
    const [one, other] = [ours.get(key), theirs.get(key)];
    const { metric, tags } = (other ?? one)!;
    const told = describeTags(tags);
    return {
      name: html`${metric}${told !== '' && html` <span class="quiet tags">${told}</span>`}`,
      cells: [renderResult(one), renderResult(other)],
      differs: one?.classification !== other?.classification,
    };
  });
}

function renderResult(metric: MetricJudgement | undefined): Content {
  if (metric === undefined) return html`<span class="quiet">not judged</span>`;
  return html`${renderSign(metricSign(metric, undefined))} ${describeChange(metric)}`;
}
