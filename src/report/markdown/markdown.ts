import { formatScore } from '../format.ts';
import { withoutControls } from '../text.ts';
import { headline, metricLines, reasonOf, type MetricLine, type Outcome } from './outcome.ts';

/** A comment on GitHub holds 65,536 characters, one on GitLab far more. */
const MOST_CHARACTERS = 60_000;

/**
 * Markdown for a comment or a step summary. Names come from elsewhere: none makes a table cell, a link, an image or
 * a mention.
 */
export function renderMarkdown(outcome: Outcome): string {
  const { judgement, reportUrl } = outcome;
  const reason = reasonOf(outcome);
  const head = [
    `## ${escapeProse(headline(outcome))}`,
    `${code(outcome.subject)}${judgement === undefined ? '' : `: ${describeThresholds(judgement)}`}`,
    ...(reason === '' ? [] : [escapeProse(reason)]),
    ...(judgement?.remedy === undefined ? [] : [escapeProse(judgement.remedy)]),
  ];
  const tail = [
    ...(judgement?.findings ?? []).map(({ sentence }) => `- ${escapeProse(sentence)}`),
    ...(judgement?.warnings ?? []).map((warning) => `- ${escapeProse(warning)}`),
  ];
  const link = reportUrl === undefined ? [] : [`[Report](<${encodeAddress(reportUrl)}>)`];
  const left = MOST_CHARACTERS - [...head, ...link].join('\n\n').length;
  const table = renderTable(metricLines(outcome), left / 2);
  const notes = fitting(tail, left / 2, (more) => `- and ${more} more`);
  return `${[...head, table, notes.join('\n'), ...link].filter((part) => part !== '').join('\n\n')}\n`;
}

function describeThresholds({ thresholds }: NonNullable<Outcome['judgement']>): string {
  return `pass from ${formatScore(thresholds.pass)}, marginal from ${formatScore(thresholds.marginal)}`;
}

function renderTable(lines: readonly MetricLine[], room: number): string {
  if (lines.length === 0) return '';
  const rows = lines.map(({ glyph, name, baseline, canary, change, tolerated, result }) => {
    const cells = [baseline, canary, change, tolerated].map(escapeProse);
    return `| ${[glyph, code(name), ...cells, escapeProse(result)].join(' | ')} |`;
  });
  const more = (count: number) => `|  | and ${count} more |  |  |  |  |  |`;
  return [
    '|  | Metric | Baseline | Canary | Change | Tolerated | Result |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...fitting(rows, room, more),
  ].join('\n');
}

/** The first of the lines, and how many more there are where the room ends. */
function fitting(
  lines: readonly string[],
  room: number,
  describeRest: (count: number) => string,
): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used > room) return [...kept, describeRest(lines.length - kept.length)];
    kept.push(line);
  }
  return kept;
}

/**
 * A name. No service links anything inside of a code element; in one of HTML, other than between backticks, every
 * character can be a reference, also a pipe in a table.
 */
function code(text: string): string {
  return `<code>${toReferences(withoutControls(text), /[^\p{L}\p{N} ,/-]/gu)}</code>`;
}

/** A sentence: nothing in it acts as markup, as an address, as a mention, or as the number of an issue. */
function escapeProse(text: string): string {
  // services look for mentions and numbers after the references were read: only a break helps
  const broken = withoutControls(text).replaceAll(/[@#!%~$&](?=[\p{L}\p{N}_"-])/gu, '$&\u200B');
  return toReferences(broken, /[&<>|\\`*_[\]~$]|:(?=\/\/)|(?<=\bwww)\.|^[-+=#>]/giu);
}

function toReferences(text: string, special: RegExp): string {
  return text.toWellFormed().replaceAll(special, (character) => `&#${character.codePointAt(0)};`);
}

/** Between angle brackets an address ends at `>` and at white space. */
function encodeAddress(url: string): string {
  return withoutControls(url).replaceAll(/[<>\\\s]/g, encodeURIComponent);
}
