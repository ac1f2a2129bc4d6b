import { withoutControls } from '../../report/text.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { headline, verdictWord, type Outcome } from '../../report/markdown/outcome.ts';

/**
 * The files that a job of GitLab declares under `artifacts:reports`, by name: `junit` for the tests of the merge request,
 * `dotenv` for later jobs, `annotations` for a link on the page of the job, and `metrics` for the change of the score.
 */
export function renderGitlabFiles(outcome: Outcome): Record<string, string> {
  return {
    'canary-junit.xml': renderJunit(outcome),
    'canary.env': renderDotenv(outcome),
    'canary-annotations.json': renderJson({ canary: linksOf(outcome) }),
    'canary-metrics.txt': renderMetrics(outcome),
  };
}

/** Variables of later jobs; GitLab takes a value to the end of its line. */
function renderDotenv(outcome: Outcome): string {
  const variables = {
    CANARY_VERDICT: verdictWord(outcome),
    CANARY_SCORE: scoreOf(outcome),
    CANARY_REPORT: outcome.reportUrl ?? '',
    CANARY_ID: outcome.id ?? '',
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${withoutControls(value)}\n`)
    .join('');
}

function linksOf(outcome: Outcome): object[] {
  const { reportUrl } = outcome;
  if (reportUrl === undefined) return [];
  return [{ external_link: { label: `Canary: ${headline(outcome)}`, url: reportUrl } }];
}

/** In the text format of Prometheus; a name of ours, never one of a metric. */
function renderMetrics(outcome: Outcome): string {
  const score = scoreOf(outcome);
  return score === '' ? '' : `canary_score ${score}\n`;
}

function scoreOf({ verdict, score }: Outcome): string {
  return verdict === undefined || score === undefined ? '' : String(score);
}
