import type { Judgement } from '../../model/judgement/judgement.ts';
import { renderFindings } from '../finding-list.ts';
import { renderField } from '../form-fields.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import { renderSign, signOf, withoutPrefix } from '../vocabulary.ts';
import { renderJudged } from './judged-table.ts';
import { renderPreview, type PreviewView } from './preview-list.ts';

/** What the form holds, as it was typed. */
export interface TrialForm {
  config: string;
  baseline: string;
  canary: string;
  location: string;
  account: string;
  start: string;
  end: string;
  step: string;
  offset: string;
  parameters: string;
}

export interface TrialView {
  form: TrialForm;
  accounts: readonly string[];
  configs: readonly string[];
  problem?: { message: string; violations: readonly { pointer: string; message: string }[] };
  preview?: PreviewView;
  judged?: {
    judgement: Judgement;
    startAt: number;
    endAt: number;
    warnings: readonly { pointer: string; message: string }[];
  };
}

/** A config, two scopes and a window of the past: ask the queries, judge it, or submit an analysis of it. */
export function renderTrialPage(view: TrialView): string {
  const { form, preview, judged, problem } = view;
  return renderDocument({
    title: `${form.config === '' ? '' : `${form.config} · `}Try on the past · Canary Verdict`,
    current: 'configs',
    body: html`<main id="main">
      <h1>Try a config on the past</h1>
      ${problem !== undefined && renderProblem(problem)}
      ${judged !== undefined && renderResult(judged)}
      ${preview !== undefined && renderPreview(preview)} ${renderForm(view)}
    </main>`,
  });
}

function renderProblem({ message, violations }: NonNullable<TrialView['problem']>): SafeHtml {
  return html`<section class="banner error" role="alert">
    <p>${message}</p>
    <ul>
      ${violations.map((one) => html`<li><code>${one.pointer}</code> ${one.message}</li>`)}
    </ul>
  </section>`;
}

function renderForm({ form, accounts, configs }: TrialView): SafeHtml {
  const required = { isRequired: true, maxLength: 500 };
  return html`<section aria-labelledby="form-title">
    <h2 id="form-title">What to try</h2>
    <form class="filters" method="post" action="/trial" aria-labelledby="form-title">
      ${renderField('config', 'Config', form.config, { isRequired: true, choices: configs })}
      ${renderField('baseline', 'Scope of the baseline', form.baseline, required)}
      ${renderField('canary', 'Scope of the canary', form.canary, required)}
      ${renderField('location', 'Location (may be empty)', form.location)}
      ${renderField('account', 'Account (may be empty)', form.account, { choices: accounts, maxLength: 100 })}
      ${renderField('start', 'From', form.start, { isRequired: true, placeholder: 'now-1h', maxLength: 60 })}
      ${renderField('end', 'To', form.end, { isRequired: true, placeholder: 'now', maxLength: 60 })}
      ${renderField('step', 'Step', form.step, { isRequired: true, maxLength: 20 })}
      ${renderField('offset', 'Baseline earlier by (may be empty)', form.offset, { placeholder: '1d', maxLength: 20 })}
      <label class="whole"
        >Further variables of queries, name=value on a line each
        <textarea name="parameters" rows="2" maxlength="10000">${form.parameters}</textarea>
      </label>
      <p class="whole">
        <button type="submit" name="do" value="judge">Judge it</button>
        <button type="submit" name="do" value="preview">Show what the queries bring</button>
        <button type="submit" name="do" value="submit">Submit an analysis</button>
      </p>
    </form>
    <p class="quiet">
      Times are instants (<code>2026-03-03T14:00:00Z</code>) or distances from now
      (<code>now-3h</code>). Only a submitted analysis is stored and told to subscribers.
    </p>
  </section>`;
}

function renderResult({
  judgement,
  startAt,
  endAt,
  warnings,
}: NonNullable<TrialView['judged']>): SafeHtml {
  const sign = signOf({ state: 'completed', verdict: judgement.verdict });
  return html`<section class="banner ${sign.tone}" aria-labelledby="result-title">
      <h2 id="result-title">${renderSign(sign)} ${formatScore(judgement.score)} of 100</h2>
      <p>${withoutPrefix(judgement.reason, sign.word)}</p>
      <p class="quiet">
        A trial of ${formatInstant(startAt)} to ${formatInstant(endAt)}: nothing was stored, nobody
        was told.
      </p>
      ${renderWarnings(warnings, judgement.warnings)}
    </section>
    ${renderFindings(judgement.findings ?? [])} ${renderJudged(judgement)}`;
}

function renderWarnings(
  asked: readonly { pointer: string; message: string }[],
  judged: readonly string[],
): Content {
  const all = [...asked.map(({ pointer, message }) => `${pointer} ${message}`), ...judged];
  if (all.length === 0) return undefined;
  return html`<ul>
    ${all.map((warning) => html`<li>${warning}</li>`)}
  </ul>`;
}
