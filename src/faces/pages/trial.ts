import type { Accounts } from '../../analysis/accounts/accounts.ts';
import type { Submit } from '../../analysis/accept/submit.ts';
import type { BrowseConfigs } from '../../analysis/configs/browse-configs.ts';
import type { PreviewConfig } from '../../analysis/configs/preview-config.ts';
import type { TryAnalysis } from '../../analysis/try.ts';
import { Fault, toFault, type Violation } from '../../errors.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import { statusOf } from '../../http/problem.ts';
import type { components } from '../../openapi.d.ts';
import { renderTrialPage, type TrialForm, type TrialView } from '../../report/trial/trial-page.ts';
import { page, seeOther } from './page.ts';

type Schemas = components['schemas'];

export interface TrialParts {
  browseConfigs: BrowseConfigs;
  accounts: Accounts;
  previewConfig: PreviewConfig;
  tryAnalysis: TryAnalysis;
  submit: Submit;
  /** What a request breaks of the contract. */
  checkRequest(request: unknown): Violation[];
}

const EMPTY: TrialForm = {
  config: '',
  baseline: '',
  canary: '',
  location: '',
  account: '',
  start: 'now-1h',
  end: 'now',
  step: '60s',
  offset: '',
  parameters: '',
};

/** A window of the past: its queries, its judgement, or an analysis of it. */
export function trialHandlers(parts: TrialParts): Handlers {
  const show = async (status: number, view: Omit<TrialView, 'accounts' | 'configs'>) => {
    const accounts = parts.accounts.list().map(({ account }) => account);
    const { items } = await parts.browseConfigs.list();
    const configs = items.map(({ name }) => name);
    return page(status, renderTrialPage({ ...view, accounts, configs }), 'form');
  };
  return {
    getTrialPage: ({ parameters }) =>
      show(200, { form: { ...EMPTY, ...(parameters as Partial<TrialForm>) } }),
    async runTrial({ body, signal }) {
      const { do: wanted, ...given } = body as Schemas['TrialForm'];
      const form: TrialForm = { ...EMPTY, ...given };
      try {
        const request = requestOf(form, parts);
        if (wanted === 'submit') {
          const { id } = await parts.submit(request);
          return seeOther(`/analyses/${id}`);
        }
        const found =
          wanted === 'preview'
            ? { preview: await parts.previewConfig(request, signal) }
            : { judged: await judge(request, signal, parts) };
        return await show(200, { form, ...found });
      } catch (error) {
        return refuse(error, form);
      }
    },
  };

  /** What a person can mend stands above the form that is still filled in. */
  function refuse(error: unknown, form: TrialForm): Promise<Answer> {
    const fault = toFault(error);
    if (fault.code === 'internal') throw error;
    const { message, violations } = fault;
    return show(statusOf(fault), { form, problem: { message, violations } });
  }
}

async function judge(
  request: Schemas['AnalysisRequest'],
  signal: AbortSignal,
  { tryAnalysis }: TrialParts,
): Promise<NonNullable<TrialView['judged']>> {
  const { snapshot, judgement } = await tryAnalysis(request, signal);
  const { window, warnings = [] } = snapshot;
  return { judgement, startAt: window.startAt, endAt: window.endAt, warnings };
}

function requestOf(form: TrialForm, { checkRequest }: TrialParts): Schemas['AnalysisRequest'] {
  const { config, account, start, end, step, offset, location } = form;
  const parameters = parametersOf(form.parameters);
  const side = (scope: string) => ({ scope: scope.trim(), location: location.trim(), parameters });
  const request = {
    config: config.trim(),
    baseline: {
      ...side(form.baseline),
      ...(offset.trim() === '' ? {} : { offset: offset.trim() }),
    },
    canary: side(form.canary),
    window: { start: start.trim(), end: end.trim(), step: step.trim() },
    ...(account.trim() === '' ? {} : { account: account.trim() }),
  };
  const violations = checkRequest(request);
  if (violations.length > 0)
    throw new Fault('invalid-request', 'This form is not complete or holds a mistake:', {
      violations,
    });
  return request;
}

function parametersOf(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf('=');
        if (at > 0) return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        const message = `the line "${line.slice(0, 80)}" of the variables is no name=value`;
        throw new Fault('invalid-request', message);
      }),
  );
}
