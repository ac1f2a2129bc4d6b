import type { Judgement, MetricJudgement } from '../model/judgement/judgement.ts';
import { shownChange } from '../model/judgement/shown-change.ts';
import { renderSeriesChart } from './charts/series-chart.ts';
import { toleranceOf } from './charts/tolerance.ts';
import { formatChange, formatClock, formatCount, formatNumber, formatPercent } from './format.ts';
import { html, type Content, type SafeHtml } from './html.ts';
import { boundsText, estimateText, limitsOf } from './metric/change-text.ts';
import type { MetricRow } from './metric/metric-row.ts';
import { pageAddress, type ShownPage } from './page-address.ts';
import type { ReportView } from './view.ts';
import { decisionText } from './vocabulary.ts';

/**
 * What a person asks at three in the morning, each in one line, before anything else: why, since when, how sure,
 * what to do, whether the data are good, and which instance. All of them are about the metric that decided.
 */
export function renderAnswers(
  view: ReportView,
  rows: readonly MetricRow[],
  shown: ShownPage,
): Content {
  const { result, analysis } = view;
  const [worst] = rows;
  if (result === undefined || worst === undefined) return undefined;
  const { judgement } = result;
  const answers: readonly (readonly [string, Content])[] = [
    ['Why', whyOf(worst, shown)],
    ['Since when', sinceOf(worst, judgement)],
    ['How sure', certaintyOf(worst)],
    ['What to do', adviceOf(analysis)],
    ['Are the data good?', dataOf(judgement)],
    ['Which instance', instanceOf(worst, shown)],
  ];
  return html`<div class="answers">
    <dl>
      ${answers.map(
        ([question, answer]) =>
          html`<div>
            <dt>${question}</dt>
            <dd>${answer}</dd>
          </div>`,
      )}
    </dl>
    ${isDoubtful(worst) && renderWorst(worst)}
  </div>`;
}

function isDoubtful({ severity }: MetricRow): boolean {
  return severity === 'critical' || severity === 'fail' || severity === 'undecided';
}

/** Values first: a ratio says little about an error rate. */
function whyOf(row: MetricRow, { page, query }: ShownPage): Content {
  const { metric, severity, id } = row;
  if (severity === 'pass') return 'no metric is worse than allowed';
  const link = html`<a href="${row.page === page ? '' : pageAddress(row.page, query)}#${id}"
    >${metric.metric}</a
  >`;
  const { baseline, canary, unit } = metric;
  if (baseline.count === 0 || canary.count === 0) return html`${link}: ${metric.sentence}`;
  const change = estimateText(metric);
  return html`${link}
    <strong>${formatNumber(baseline.mean, unit)} → ${formatNumber(canary.mean, unit)}</strong
    >${change !== undefined && html` (${change})`}`;
}

function sinceOf({ metric, severity }: MetricRow, { verdict }: Judgement): string {
  const { since, sinceAt } = metric.evidence ?? {};
  if (severity === 'pass' || verdict === 'pass') return 'nothing changed for the worse';
  if (metric.classification === 'Undecided') return 'no change is certain';
  if (since === undefined) return 'the judge tells no time for this';
  if (since === 0) return 'from the start of the run';
  return sinceAt === undefined
    ? `sample ${formatCount(since + 1)} of the run`
    : `${formatClock(Date.parse(sinceAt))} UTC`;
}

/** Where the bounds hold at different times, the one that speaks for the change. */
function certaintyOf({ metric }: MetricRow): string {
  const { evidence, classification } = metric;
  if (evidence === undefined) return 'nothing was tested';
  const level = `${formatPercent(evidence.level * 100)} interval`;
  const { isMixed, lower, upper } = shownChange(metric) ?? { isMixed: false };
  const limits = limitsOf(evidence.effect);
  if (isMixed && classification === 'High')
    return `${level}: at least ${formatChange(lower, limits)} at one time`;
  if (isMixed && classification === 'Low')
    return `${level}: at most ${formatChange(upper, limits)} at one time`;
  return `${level}: ${boundsText(metric)}`;
}

function adviceOf(analysis: ReportView['analysis']): Content {
  const { owner, runbook } = analysis.snapshot.config;
  return html`<strong>${decisionText(analysis)}</strong
    >${owner !== undefined && html`; ask ${owner}`}${runbook !== undefined && html`; <a href="${runbook}" rel="noreferrer">runbook</a>`}`;
}

/** Findings that weigh, else how many metrics had values on both sides. */
function dataOf({ findings = [], metrics }: Judgement): Content {
  const weighing = findings.filter(({ action }) => action !== 'warn');
  const compared = metrics.filter(({ baseline, canary }) => baseline.count > 0 && canary.count > 0);
  const told = `${formatCount(compared.length)} of ${formatCount(metrics.length)} compared`;
  if (weighing.length > 0) {
    return html`no: <a href="#findings-title">${weighing[0]!.sentence}</a>`;
  }
  const notes = findings.length;
  if (notes === 0) return compared.length === metrics.length ? `yes, ${told}` : told;
  return html`${told}; <a href="#findings-title">${notes} ${notes === 1 ? 'note' : 'notes'}</a>`;
}

function instanceOf(row: MetricRow, { page, query }: ShownPage): Content {
  const { metric, config, id } = row;
  const outlying = outlyingOf(metric);
  const first = outlying[0];
  if (first !== undefined) {
    const more = outlying.length > 1 ? `, and ${outlying.length - 1} more` : '';
    const address = `${row.page === page ? '' : pageAddress(row.page, query)}#${id}-instances`;
    const told = `${first.side} ${first.instance}`;
    return html`${row.instances === undefined ? told : html`<a href="${address}">${told}</a>`}:
    ${formatNumber(first.ratio)} times its siblings${more}`;
  }
  return config?.instances === undefined
    ? 'not told apart: the metric names none'
    : 'none stands out';
}

/** The canary's first: that is what can be taken away. */
function outlyingOf({ sequential }: MetricJudgement) {
  const order = ({ side }: { side: string }) => (side === 'canary' ? 0 : 1);
  return (sequential?.instances ?? []).toSorted((a, b) => order(a) - order(b) || b.ratio - a.ratio);
}

function renderWorst({ metric, pair, id, config }: MetricRow): Content {
  if (pair === undefined) return undefined;
  const { unit, evidence } = metric;
  const chart: SafeHtml = renderSeriesChart(pair, `${id}-first`, {
    unit,
    since: evidence?.since,
    tolerance: toleranceOf(metric, config),
    size: 'small',
  });
  return html`<figure>${chart}</figure>`;
}
