import type { Cancel } from '../../analysis/cancel.ts';
import { checkConfigForm } from '../../analysis/accept/check-config.ts';
import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import type { JudgePairs } from '../../analysis/judge-pairs.ts';
import type { Read } from '../../analysis/read.ts';
import type { Submit } from '../../analysis/accept/submit.ts';
import { Fault } from '../../errors.ts';
import { isFinal, type AnalysisState } from '../../model/analysis.ts';
import type { Verdict } from '../../model/judgement.ts';
import { durationOf } from '../../model/native-format.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { Face } from '../../http/face.ts';
import type { Answer, Call, Handlers } from '../../http/operation.ts';
import {
  formatAnalysis,
  formatDelivery,
  formatJudgedPair,
  formatJudgement,
  formatStoredConfig,
  formatSummary,
} from './format.ts';
import { planningHandlers, type PlanningParts } from './planning.ts';

type Schemas = components['schemas'];

export interface NativeParts extends PlanningParts {
  store: Store;
  submit: Submit;
  read: Read;
  cancel: Cancel;
  judgePairs: JudgePairs;
  maxMetrics: number;
  now(): number;
}

const MAX_WAIT_MS = 60_000;
const MAX_RETRY_AFTER_SECONDS = 60;

/** Handlers of the native API, by operation id. */
export const nativeFace = {
  create: (_config: unknown, parts: NativeParts): Face => ({ handlers: createHandlers(parts) }),
};

function createHandlers(dependencies: NativeParts): Handlers {
  return {
    ...analysisHandlers(dependencies),
    ...configHandlers(dependencies),
    ...judgementHandlers(dependencies),
    ...planningHandlers(dependencies),
  };
}

function analysisHandlers(dependencies: NativeParts): Handlers {
  const { store, submit, read, cancel } = dependencies;
  return {
    async submitAnalysis({ body, parameters }) {
      const key = parameters['idempotency-key'] as string | undefined;
      const { id } = await submit(body as Schemas['AnalysisRequest'], key);
      const { json, headers } = await showAnalysis(id, dependencies);
      return { status: 202, json, headers: { ...headers, location: `/api/v1/analyses/${id}` } };
    },
    listAnalyses: (call) => listAnalyses(call, store),
    async getAnalysis({ parameters, signal }) {
      const id = parameters['id'] as string;
      const wait = parameters['wait'] as string | undefined;
      if (wait !== undefined)
        await read.waitForEnd(id, Math.min(durationOf(wait), MAX_WAIT_MS), signal);
      return showAnalysis(id, dependencies);
    },
    async cancelAnalysis({ parameters }) {
      const id = parameters['id'] as string;
      await cancel(id);
      return showAnalysis(id, dependencies);
    },
    listPairs: (call) => listPairs(call, dependencies),
    async listDeliveries({ parameters }) {
      const { analysis } = await read.detail(parameters['id'] as string);
      const items = await store.deliveries.byAnalysis(analysis.id);
      return { status: 200, json: { items: items.map(formatDelivery) } };
    },
  };
}

async function showAnalysis(id: string, { read, now }: NativeParts): Promise<Answer> {
  const { analysis, executions, result } = await read.detail(id);
  const json = formatAnalysis({
    analysis,
    executions,
    ...(result === undefined ? {} : { judgement: result.judgement }),
  });
  if (isFinal(analysis.state)) return { status: 200, json };
  const dueAt = executions.at(-1)?.dueAt ?? now();
  const seconds = Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil((dueAt - now()) / 1000)));
  return { status: 200, json, headers: { 'retry-after': String(seconds) } };
}

async function listAnalyses({ parameters }: Call, store: Store): Promise<Answer> {
  const limit = parameters['limit'] as number;
  const labels = (parameters['label'] as string[] | undefined) ?? [];
  const items = await store.analyses.list({
    limit: limit + 1,
    ...picked<{ before: string; state: AnalysisState; verdict: Verdict; config: string }>(
      parameters,
      ['before', 'state', 'verdict', 'config'],
    ),
    labels: Object.fromEntries(
      labels.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    ),
  });
  const page = items.slice(0, limit).map(formatSummary);
  const last = page.at(-1);
  return {
    status: 200,
    json: {
      items: page,
      ...nextPage(
        '/api/v1/analyses',
        parameters,
        items.length > limit ? { before: last?.id ?? '' } : undefined,
      ),
    },
  };
}

async function listPairs({ parameters }: Call, { store, read }: NativeParts): Promise<Answer> {
  const { analysis, executions, result } = await read.detail(parameters['id'] as string);
  const wanted = parameters['interval'] as number | undefined;
  const judged = executions.findLast(
    ({ state, index }) => state === 'completed' && (wanted ?? index) === index,
  );
  const pairs =
    wanted === undefined
      ? result?.pairs
      : judged && (await store.analyses.result(judged.id))?.pairs;
  if (judged === undefined || pairs === undefined) {
    const what = wanted === undefined ? 'no judged interval yet' : `no judged interval ${wanted}`;
    throw new Fault(
      'not-found',
      `analysis ${analysis.id} has ${what}: its intervals tell how far it is`,
    );
  }
  return { status: 200, json: { interval: judged.index, pairs: pairs.map(formatJudgedPair) } };
}

function configHandlers({ store, maxMetrics, now }: NativeParts): Handlers {
  const unknown = (name: string) =>
    new Fault('not-found', `there is no config "${name}"`, { subject: `config "${name}"` });
  const checked = (body: unknown) => {
    const config = body as Schemas['CanaryConfig'];
    const violations = checkConfigForm(config, maxMetrics);
    if (violations.length > 0) throw invalidRequest(violations);
    return config;
  };
  const show = async (name: string): Promise<Answer> => {
    const stored = await store.configs.get(name);
    if (stored === undefined) throw unknown(name);
    return { status: 200, json: formatStoredConfig(stored) };
  };
  return {
    async createConfig({ body }) {
      const config = checked(body);
      if (!(await store.configs.create(config.name, config, now()))) {
        throw new Fault(
          'conflict',
          `there is already a config "${config.name}": replace it with PUT, or choose another name`,
        );
      }
      return {
        ...(await show(config.name)),
        status: 201,
        headers: { location: `/api/v1/configs/${config.name}` },
      };
    },
    async listConfigs({ parameters }) {
      const limit = parameters['limit'] as number;
      const items = await store.configs.list({
        limit: limit + 1,
        ...picked<{ after: string }>(parameters, ['after']),
      });
      const page = items.slice(0, limit).map(formatStoredConfig);
      const more = items.length > limit ? { after: page.at(-1)?.name ?? '' } : undefined;
      return {
        status: 200,
        json: { items: page, ...nextPage('/api/v1/configs', parameters, more) },
      };
    },
    getConfig: ({ parameters }) => show(parameters['name'] as string),
    async replaceConfig({ parameters, body }) {
      const name = parameters['name'] as string;
      const config = checked(body);
      if (config.name !== name) {
        throw invalidRequest([
          {
            pointer: '/name',
            message: `must be "${name}", as in the address: a config keeps its name`,
          },
        ]);
      }
      if ((await store.configs.replace(name, config, now())) === undefined) throw unknown(name);
      return show(name);
    },
    async deleteConfig({ parameters }) {
      const name = parameters['name'] as string;
      if (!(await store.configs.delete(name))) throw unknown(name);
      return { status: 204 };
    },
  };
}

function judgementHandlers({ judgePairs }: NativeParts): Handlers {
  return {
    async judge({ body, signal }) {
      const judgement = await judgePairs(body as Schemas['JudgementRequest'], signal);
      return { status: 200, json: formatJudgement(judgement) };
    },
  };
}

/** The named parameters that were given. */
function picked<T extends object>(
  parameters: Record<string, unknown>,
  names: (keyof T & string)[],
): Partial<T> {
  return Object.fromEntries(
    names.filter((name) => parameters[name] !== undefined).map((name) => [name, parameters[name]]),
  ) as Partial<T>;
}

function nextPage(
  path: string,
  parameters: Record<string, unknown>,
  cursor: Record<string, string> | undefined,
): { next?: string } {
  if (cursor === undefined) return {};
  const query = new URLSearchParams();
  for (const name of ['limit', 'state', 'verdict', 'config', 'label']) {
    for (const value of [parameters[name] ?? []].flat() as (string | number)[])
      query.append(name, String(value));
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  return { next: `${path}?${query.toString()}` };
}
