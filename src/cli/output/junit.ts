import { withoutControls } from '../../report/text.ts';
import { isFinal } from '../../model/analysis.ts';
import {
  headline,
  metricLines,
  reasonOf,
  verdictWord,
  type MetricLine,
  type Outcome,
} from '../../report/markdown/outcome.ts';

type Ending = 'failure' | 'error' | 'skipped' | undefined;

interface Case {
  name: string;
  ending: Ending;
  /** Of the ending. */
  type: string;
  text: string;
}

/**
 * JUnit XML as Jenkins, GitLab and GitHub's reporters read it: a suite for the verdict, then one for each group with a
 * case for each metric. Whatever is not a pass of the whole is a failure or an error of the case `verdict`.
 */
export function renderJunit(outcome: Outcome): string {
  const suites = [
    { name: 'verdict', cases: [verdictCase(outcome)] },
    ...groupsOf(metricLines(outcome)).map(([name, lines]) => ({
      name,
      cases: lines.map(metricCase),
    })),
  ];
  const all = suites.flatMap(({ cases }) => cases);
  const subject = escapeXml(outcome.subject);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${subject}" ${countsOf(all)}>
${suites.map(({ name, cases }, i) => renderSuite(outcome, { name, cases, isFirst: i === 0 })).join('\n')}
</testsuites>
`;
}

function renderSuite(
  outcome: Outcome,
  { name, cases, isFirst }: { name: string; cases: Case[]; isFirst: boolean },
): string {
  const title = `${outcome.subject}.${name}`;
  return [
    `  <testsuite name="${escapeXml(title)}" ${countsOf(cases)}>`,
    ...(isFirst ? renderProperties(outcome) : []),
    ...cases.map((one) => renderCase(title, one)),
    '  </testsuite>',
  ].join('\n');
}

function renderProperties({ id, score, judgement, reportUrl, ...outcome }: Outcome): string[] {
  const properties = {
    verdict: verdictWord(outcome),
    score,
    pass: judgement?.thresholds.pass,
    marginal: judgement?.thresholds.marginal,
    judge: judgement?.judge,
    analysis: id,
    report: reportUrl,
  };
  return [
    '    <properties>',
    ...Object.entries(properties).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`      <property name="${name}" value="${escapeXml(String(value))}"/>`],
    ),
    '    </properties>',
  ];
}

function renderCase(className: string, { name, ending, type, text }: Case): string {
  const open = `    <testcase classname="${escapeXml(className)}" name="${escapeXml(name)}" time="0"`;
  if (ending === undefined)
    return `${open}>\n      <system-out>${escapeXml(text)}</system-out>\n    </testcase>`;
  const kind = ending === 'skipped' ? '' : ` type="${escapeXml(type)}"`;
  const body = ending === 'skipped' ? '/>' : `>${escapeXml(text)}</${ending}>`;
  return `${open}>\n      <${ending} message="${escapeXml(text)}"${kind}${body}\n    </testcase>`;
}

function verdictCase(outcome: Outcome): Case {
  const { verdict, state } = outcome;
  const text = [headline(outcome), reasonOf(outcome)].filter((part) => part !== '').join('. ');
  const common = { name: 'verdict', type: verdictWord(outcome), text };
  if (verdict === 'pass') return { ...common, ending: undefined };
  if (verdict === undefined) return { ...common, ending: isFinal(state) ? 'error' : 'skipped' };
  return { ...common, ending: verdict === 'nodata' ? 'error' : 'failure' };
}

const ENDINGS: Record<MetricLine['severity'], Ending> = {
  critical: 'failure',
  error: 'error',
  fail: 'failure',
  nodata: 'skipped',
  undecided: 'skipped',
  muted: 'skipped',
  pass: undefined,
};

function metricCase({ metric, severity, name, change, tolerated, result }: MetricLine): Case {
  const limits = tolerated === '' ? '' : `, tolerated ${tolerated}`;
  return {
    name,
    ending: ENDINGS[severity],
    type: metric.classification,
    text: `${result}: ${change}${limits}. ${withoutControls(metric.sentence)}`,
  };
}

/** A metric of several groups is a case of its first one. */
function groupsOf(lines: readonly MetricLine[]): [string, MetricLine[]][] {
  const groups = Map.groupBy(lines, ({ metric }) => metric.groups[0] ?? 'default');
  return [...groups];
}

function countsOf(cases: readonly Case[]): string {
  const count = (ending: Ending) => cases.filter((one) => one.ending === ending).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="0"`;
}

const REFERENCES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** For texts and attributes; what XML 1.0 cannot hold at all, such as half a surrogate pair, is replaced. */
function escapeXml(text: string): string {
  return withoutControls(text)
    .replaceAll(/[^\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (character) => REFERENCES[character]!);
}
