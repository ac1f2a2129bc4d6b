import type { Accounts } from '../../analysis/accounts/accounts.ts';
import type { PreviewedSide } from '../../analysis/accounts/preview.ts';
import type { TryAnalysis } from '../../analysis/try.ts';
import type { Handlers } from '../../http/operation.ts';
import type { Series } from '../../model/series.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';
import { formatJudgement, formatValue } from './format.ts';
import { picked } from './page.ts';
import { instant, optional } from './wire.ts';

type Schemas = components['schemas'];

export interface AccountParts {
  accounts: Accounts;
  tryAnalysis: TryAnalysis;
}

/** Handlers of metric sources and of what is only tried, by operation id. */
export function accountHandlers({ accounts, tryAnalysis }: AccountParts): Handlers {
  return {
    listAccounts: async () => ({ status: 200, json: { items: accounts.list() } }),
    checkAccount: async ({ parameters, signal }) => ({
      status: 200,
      json: await accounts.check(parameters['name'] as string, signal),
    }),
    async listAccountMetrics({ parameters, signal }) {
      const wanted = picked<{ filter: string; match: string }>(parameters, ['filter', 'match']);
      const names = await accounts.metrics(parameters['name'] as string, wanted, signal);
      const items = names.slice(0, parameters['limit'] as number);
      return { status: 200, json: { items, total: names.length } };
    },
    async previewQuery({ parameters, body, signal }) {
      const request = body as Schemas['PreviewRequest'];
      const found = await accounts.preview(parameters['name'] as string, request, signal);
      const { baseline, canary, ...rest } = found;
      return {
        status: 200,
        json: {
          ...rest,
          baseline: formatSide(baseline),
          ...optional('canary', canary && formatSide(canary)),
        },
      };
    },
    async tryAnalysis({ body, signal }) {
      const { snapshot, judgement } = await tryAnalysis(body as Schemas['AnalysisRequest'], signal);
      const { configName, window, warnings } = snapshot;
      const json = {
        config: configName,
        start: instant(window.startAt),
        end: instant(window.endAt),
        step: formatDuration(window.stepSeconds * 1000),
        judgement: formatJudgement(judgement),
        ...optional('warnings', warnings),
      };
      return { status: 200, json };
    },
  };
}

function formatSide({ series, ...side }: PreviewedSide): Schemas['PreviewSide'] {
  return { ...side, series: series.map(formatSeries) };
}

function formatSeries({ tags, startAt, stepMs, values }: Series): Schemas['PreviewSeries'] {
  const numbers = values.filter(Number.isFinite);
  const some = numbers.length > 0;
  return {
    tags,
    start: instant(startAt),
    step: formatDuration(stepMs),
    values: values.map(formatValue),
    points: numbers.length,
    gaps: values.length - numbers.length,
    ...optional('last', numbers.at(-1)),
    ...optional(
      'mean',
      some ? numbers.reduce((sum, one) => sum + one, 0) / numbers.length : undefined,
    ),
    ...optional('least', some ? numbers.reduce((a, b) => Math.min(a, b)) : undefined),
    ...optional('most', some ? numbers.reduce((a, b) => Math.max(a, b)) : undefined),
  };
}
