import { styleText } from 'node:util';
import type { Analysis } from '../model/analysis.ts';
import type { Finding } from '../model/judgement/finding.ts';
import type { Evidence, Judgement, MetricJudgement } from '../model/judgement/judgement.ts';
import { worstFirst } from '../model/judgement/severity.ts';
import { boundsText, estimateText } from './metric/change-text.ts';
import { formatChange, formatNumber, formatPercent, formatScore } from './format.ts';
import { FINDING_WORDS, metricSign, signOf, type Sign, type Tone } from './vocabulary.ts';

/** What a terminal shows of an analysis, or of a judgement that never was one. */
export interface TextReport
  extends
    Pick<Analysis, 'state'>,
    Partial<Pick<Analysis, 'verdict' | 'score' | 'reason' | 'failure'>> {
  judgement?: Judgement;
  /** Address of the page that tells more. */
  reportUrl?: string;
}

const COLOURS: Record<Tone, Parameters<typeof styleText>[0]> = {
  pass: 'green',
  marginal: 'yellow',
  fail: 'red',
  nodata: 'yellow',
  error: 'red',
  neutral: 'dim',
};
const HEADER = ['METRIC', 'BASELINE', 'CANARY', 'CHANGE', 'TOLERATED', 'RESULT'];
const GAP = '  ';

/**
 * Verdict with its reason, metrics worst first, warnings and the report's address; nothing is cut short.
 *
 * @param width at which sentences break; never the table, whose numbers must stay whole
 */
export function renderText(
  report: TextReport,
  { colour, width }: { colour: boolean; width?: number | undefined },
): string {
  const paint = (tone: Tone, text: string) =>
    colour ? styleText(COLOURS[tone], text, { validateStream: false }) : text;
  const { judgement, reportUrl } = report;
  const reason = report.failure?.message ?? report.reason;
  const table = judgement === undefined ? [] : renderMetrics(judgement, paint);
  const lines = [
    renderVerdict(report, paint),
    ...(reason === undefined ? [] : [`  ${withoutControls(reason)}`]),
    ...(judgement?.remedy === undefined ? [] : [`  ${withoutControls(judgement.remedy)}`]),
    ...table,
    ...renderFindings(judgement?.findings ?? [], paint),
    ...(judgement?.warnings ?? []).map((warning) => `  ! ${withoutControls(warning)}`),
    ...(reportUrl === undefined ? [] : [`  report: ${withoutControls(reportUrl)}`]),
  ];
  const isTable = (line: string) => table.includes(line);
  const shown = lines.flatMap((line, i) => (i === 0 || isTable(line) ? [line] : wrap(line, width)));
  return `${shown.join('\n')}\n`;
}

/** At white space, further lines as far in as the first; a word that is too long stays whole. */
function wrap(line: string, width = Infinity): string[] {
  if (line.length <= width) return [line];
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const longer = current === '' ? indent + word : `${current} ${word}`;
    if (longer.length > width && current !== '') {
      lines.push(current);
      current = indent + word;
    } else current = longer;
  }
  return [...lines, current];
}

/** What the data themselves say, and what to do about it. */
export function renderFindings(
  findings: readonly Finding[],
  paint: Paint = (_, text) => text,
): string[] {
  const tones = { fail: 'fail', hold: 'marginal', warn: 'neutral' } as const;
  return findings.flatMap(({ action, sentence, remedy }) => [
    `  ${paint(tones[action], FINDING_WORDS[action])} ${withoutControls(sentence)}`,
    `    ${withoutControls(remedy)}`,
  ]);
}

/** Names and messages come from elsewhere: none may move the cursor or fake a line. */
export function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

type Paint = (tone: Tone, text: string) => string;

function renderVerdict(report: TextReport, paint: Paint): string {
  const { glyph, word, tone } = signOf(report);
  const title = paint(tone, `${glyph} ${word.toUpperCase()}`);
  const { score, judgement } = report;
  if (report.verdict === undefined || score === undefined || judgement === undefined) return title;
  const { pass, marginal } = judgement.thresholds;
  return `${title}  ${formatScore(score)}/100 (pass ${pass}, marginal ${marginal})`;
}

function renderMetrics(judgement: Judgement, paint: Paint): string[] {
  const rows = worstFirst(judgement).map(({ metric }) => {
    const sign = metricSign(metric, undefined);
    return { sign, cells: [...describeMetric(metric), sign.word] };
  });
  const widths = HEADER.map((title, column) =>
    Math.max(...[title, ...rows.map(({ cells }) => cells[column]!)].map(widthOf)),
  );
  const render = (cells: string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat(widths[column]! - widthOf(cell)))
      .join(GAP)
      .trimEnd();
  return [
    `    ${render(HEADER)}`,
    ...rows.map(({ sign, cells }) => `  ${paintGlyph(sign, paint)} ${render(cells)}`),
  ];
}

function paintGlyph({ glyph, tone }: Sign, paint: Paint): string {
  return paint(tone, glyph);
}

/** Name with tags, both means, change and tolerance, as cells of a table. */
export function describeMetric(metric: MetricJudgement): string[] {
  const { baseline, canary, evidence, tags } = metric;
  const unit = metric.unit === undefined ? '' : withoutControls(metric.unit);
  const mean = ({ count, mean }: MetricJudgement['canary']) =>
    formatNumber(count === 0 ? undefined : mean, unit);
  const tagText = Object.entries(tags).map(([name, value]) => ` ${name}=${value}`);
  return [
    withoutControls(metric.metric + tagText.join('')),
    mean(baseline),
    mean(canary),
    evidence === undefined ? describeUntested(metric) : describeChange(metric),
    evidence === undefined ? describeCriteria(metric) : describeTolerance(evidence.effect),
  ];
}

function describeCriteria({ criteria }: MetricJudgement): string {
  const alternatives = (criteria?.pass ?? []).map((all) =>
    all.map(({ criterion }) => criterion).join(' and '),
  );
  return withoutControls(alternatives.join(', or '));
}

function describeUntested({ baseline, canary, ratio }: MetricJudgement): string {
  return baseline.count === 0 || canary.count === 0 ? formatChange(undefined) : formatChange(ratio);
}

/** Relative to the baseline where that has a meaning, else in the metric's unit. */
function describeChange(metric: MetricJudgement): string {
  return withoutControls(`${estimateText(metric)} [${boundsText(metric, ', ')}]`);
}

function describeTolerance({
  measure,
  direction,
  allowedIncrease,
  allowedDecrease,
}: Evidence['effect']): string {
  const isNeutral = (limit: number) => limit === (measure === 'cles' ? 0.5 : 1);
  const limitText = (limit: number) =>
    measure === 'cles' ? `${formatPercent(limit * 100)} above` : formatChange(limit);
  if (direction === 'increase') {
    return isNeutral(allowedIncrease) ? 'no increase' : `up to ${limitText(allowedIncrease)}`;
  }
  if (direction === 'decrease') {
    return isNeutral(allowedDecrease) ? 'no decrease' : `down to ${limitText(allowedDecrease)}`;
  }
  if (isNeutral(allowedIncrease) && isNeutral(allowedDecrease)) return 'no change';
  return `${limitText(allowedDecrease)} to ${limitText(allowedIncrease)}`;
}

const characters = new Intl.Segmenter();

function widthOf(text: string): number {
  return [...characters.segment(text)].length;
}
