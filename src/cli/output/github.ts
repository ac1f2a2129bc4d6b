import {
  headline,
  metricLines,
  reasonOf,
  verdictWord,
  type MetricLine,
  type Outcome,
} from '../../report/markdown/outcome.ts';

/** GitHub shows ten annotations of a kind for a step; one is the verdict's, one says how many more there are. */
const MOST_METRICS = 8;

/**
 * What goes to the log of a step of GitHub Actions: the text as it is, then annotations. A command may stand in any line
 * of a log, so none is read in the text.
 *
 * @param token that nobody can guess, at which commands are read again
 */
export function renderStepLog(outcome: Outcome, text: string, token: string): string {
  return [
    `::stop-commands::${token}\n${text.endsWith('\n') ? text : `${text}\n`}::${token}::`,
    ...renderAnnotations(outcome),
    '',
  ].join('\n');
}

/** The verdict unless it is a pass, and the metrics that stand in its way. */
function renderAnnotations(outcome: Outcome): string[] {
  const { verdict, state, subject, reportUrl } = outcome;
  if (verdict === 'pass' || state === 'queued' || state === 'running') return [];
  const level = verdict === undefined || verdict === 'fail' ? 'error' : 'warning';
  const reason = [reasonOf(outcome), ...(reportUrl === undefined ? [] : [`Report: ${reportUrl}`])];
  const lines = metricLines(outcome).filter(({ severity }) => isWorthOne(severity));
  const rest = lines.length - MOST_METRICS;
  return [
    command(level, `${headline(outcome)} (${subject})`, reason.join('\n') || 'no reason given'),
    ...lines.slice(0, MOST_METRICS).map((line) => annotateMetric(line)),
    ...(rest > 0 ? [command('notice', subject, `and ${rest} more metrics: see the report`)] : []),
  ];
}

function isWorthOne(severity: MetricLine['severity']): boolean {
  return severity !== 'pass' && severity !== 'muted';
}

function annotateMetric({ severity, name, result, metric }: MetricLine): string {
  const isFailure = severity === 'critical' || severity === 'fail' || severity === 'error';
  return command(isFailure ? 'error' : 'warning', `${name}: ${result}`, metric.sentence);
}

function command(level: 'error' | 'warning' | 'notice', title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll(/[%\r\n]/g, encodeURIComponent);
}

function escapeProperty(text: string): string {
  return text.replaceAll(/[%\r\n:,]/g, encodeURIComponent);
}

/**
 * Lines for the file of `GITHUB_OUTPUT`: `verdict`, `score`, `report` and `id`, empty where there is none.
 *
 * @param delimiter that nobody can guess: a value with it could set outputs of its own
 */
export function renderStepOutputs(outcome: Outcome, delimiter: string): string {
  const outputs = {
    verdict: verdictWord(outcome),
    score: outcome.verdict === undefined ? '' : String(outcome.score ?? ''),
    report: outcome.reportUrl ?? '',
    id: outcome.id ?? '',
  };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}
