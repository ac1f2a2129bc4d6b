import type { Analysis, ScopeRequestPair } from '../model/analysis.ts';
import type { CanaryConfig } from '../model/config.ts';
import { formatDuration } from '../model/time/duration.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { Window } from '../model/time/window.ts';
import { formatInstant, formatScore, formatWait } from './format.ts';
import { html, type Content, type SafeHtml } from './html.ts';
import { renderScoreMeter } from './charts/score-meter.ts';
import type { ReportView } from './view.ts';
import { decisionText, signOf, withoutPrefix } from './vocabulary.ts';

/** The answer, in one look: verdict, reason, score, what to do, and what was compared. */
export function renderBanner(view: ReportView, answers: Content): SafeHtml {
  const { analysis } = view;
  const { glyph, word, tone } = signOf(analysis);
  const remedy = view.result?.judgement.remedy;
  return html`<header class="banner ${tone}">
    <h1>
      <span class="sign ${tone}"><span aria-hidden="true">${glyph}</span> ${word}</span>
      <span class="reason">${headlineOf(view, word)}</span>
    </h1>
    ${answers}
    ${remedy !== undefined && html`<p class="quiet">${remedy.replace(/^./, (first) => first.toUpperCase())}.</p>`}
    ${analysis.score !== undefined && renderScore(analysis, analysis.score, view.result?.judgement)}
    <dl class="facts">
      ${
        answers === undefined &&
        html`<div>
          <dt>Decision</dt>
          <dd>${decisionText(analysis)}</dd>
        </div>`
      }
      <div>
        <dt>Config</dt>
        <dd>${analysis.snapshot.configName}</dd>
      </div>
      ${Object.entries(analysis.snapshot.scopes).map(([name, scopes], _, all) => renderSides(all.length > 1 ? name : '', scopes))}
      <div>
        <dt>Window</dt>
        <dd>${describeWindow(analysis.snapshot.window)}</dd>
      </div>
      ${renderHelp(analysis.snapshot.config)}
    </dl>
  </header>`;
}

/** One sentence for every state: nobody should have to guess why there is no verdict. */
export function headlineOf(view: ReportView, word: string): string {
  const { state, failure, reason } = view.analysis;
  if (state === 'failed')
    return `Nothing was judged: ${failure?.message ?? reason ?? 'no cause was recorded'}`;
  if (state === 'cancelled')
    return withoutPrefix(reason ?? 'It was cancelled before it ended.', word);
  if (state === 'completed') return withoutPrefix(reason ?? '', word);
  return describeProgress(view);
}

function describeProgress({ analysis, executions, result, generatedAt: now }: ReportView): string {
  const { window } = analysis.snapshot;
  const waitSeconds = result?.judgement.sequential?.waitSeconds;
  const total = window.kind === 'fixed' ? 1 : Math.ceil(window.durationMs / window.intervalMs);
  const ended = executions.filter(({ state }) => state === 'completed');
  const current = executions.at(-1);
  const soFar = ended.at(-1)?.verdict;
  const dueAt = current?.state === 'queued' ? current.dueAt : undefined;
  return [
    total === 1 ? 'No judgement yet' : `${ended.length} of ${total} intervals judged`,
    soFar === undefined ? '' : `, so far ${soFar}`,
    waitSeconds === undefined ? '' : `; needs about ${formatWait(waitSeconds)} more`,
    dueAt === undefined || dueAt <= now ? '' : `; next look at ${formatInstant(dueAt)}`,
    '. Reload for news.',
  ].join('');
}

function renderScore(
  analysis: Analysis,
  score: number,
  judgement: Judgement | undefined,
): SafeHtml {
  return html`<div class="score">
      <p><strong>${formatScore(score)}</strong> <span class="quiet">of 100</span></p>
      ${renderScoreMeter(score, analysis.snapshot.thresholds)}
    </div>
    ${judgement !== undefined && judgement.scoreReason !== '' && html`<p class="rule">Rule that decided the score: ${judgement.scoreReason}</p>`}`;
}

function renderSides(name: string, { baseline, canary }: ScopeRequestPair): Content {
  const suffix = name === '' ? '' : ` (${name})`;
  return [['Baseline', baseline] as const, ['Canary', canary] as const].map(
    ([side, { scope, location, offsetMs }]) =>
      html`<div>
        <dt>${side}${suffix}</dt>
        <dd>
          ${scope}${location !== '' && html` <span class="quiet">in ${location}</span>`}${offsetMs > 0 && html` <span class="quiet">${formatDuration(offsetMs)} earlier</span>`}
        </dd>
      </div>`,
  );
}

/** Who answers for it, and where it says what to do; the contract lets nothing but http in. */
function renderHelp({ owner, runbook }: CanaryConfig): Content {
  return [
    owner !== undefined &&
      html`<div>
        <dt>Owner</dt>
        <dd>${owner}</dd>
      </div>`,
    runbook !== undefined &&
      html`<div>
        <dt>Runbook</dt>
        <dd><a href="${runbook}" rel="noreferrer">${runbook}</a></dd>
      </div>`,
  ];
}

function describeWindow(window: Window): string {
  if (window.kind === 'fixed') {
    const length = formatDuration(window.endAt - window.startAt);
    return `${length} from ${formatInstant(window.startAt)}, step ${window.stepSeconds} s`;
  }
  const looks = Math.ceil(window.durationMs / window.intervalMs);
  const warmup =
    window.warmupMs === 0 ? '' : ` after ${formatDuration(window.warmupMs)} of warm-up`;
  return `${formatDuration(window.durationMs)} from ${formatInstant(window.startAt)}${warmup}, ${looks} ${looks === 1 ? 'look' : 'looks'}, step ${window.stepSeconds} s`;
}
