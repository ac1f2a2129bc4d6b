import type { Cancel } from '../../analysis/cancel.ts';
import type { Follow } from '../../analysis/follow.ts';
import type { Conclude } from '../../analysis/conclude.ts';
import type { JudgePairs } from '../../analysis/judge-pairs.ts';
import type { AnalysisDetail, Read } from '../../analysis/read.ts';
import type { Submit } from '../../analysis/accept/submit.ts';
import { Fault } from '../../errors.ts';
import { isFinal, type AnalysisState } from '../../model/analysis.ts';
import type { Verdict } from '../../model/judgement/judgement.ts';
import { durationOf } from '../../model/native-format.ts';
import { parseMoment } from '../../model/time/moment.ts';
import type { components } from '../../openapi.d.ts';
import { operatorOf } from '../../http/admission/operator-of.ts';
import type { Face } from '../../http/face.ts';
import type { Answer, Call, Handlers } from '../../http/operation.ts';
import { formatAnalysis, formatJudgedPair, formatJudgement, formatSummary } from './format.ts';
import { formatDelivery } from './format-delivery.ts';
import { followHandler } from './events.ts';
import { accountHandlers, type AccountParts } from './accounts.ts';
import { configHandlers, type ConfigParts } from './configs.ts';
import { nextPage, picked } from './page.ts';
import { planningHandlers, type PlanningParts } from './planning.ts';
import { rejudgementHandlers, type RejudgementParts } from './rejudgements.ts';
import { sampleHandlers, type SampleParts } from './samples.ts';
import { subscriptionHandlers, type SubscriptionParts } from './subscriptions.ts';

type Schemas = components['schemas'];

export interface NativeParts
  extends
    AccountParts,
    PlanningParts,
    ConfigParts,
    SubscriptionParts,
    RejudgementParts,
    SampleParts {
  submit: Submit;
  read: Read;
  follow: Follow;
  cancel: Cancel;
  conclude: Conclude;
  judgePairs: JudgePairs;
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
    ...accountHandlers(dependencies),
    ...configHandlers(dependencies),
    ...judgementHandlers(dependencies),
    ...planningHandlers(dependencies),
    ...rejudgementHandlers(dependencies),
    ...sampleHandlers(dependencies),
    ...subscriptionHandlers(dependencies),
  };
}

function analysisHandlers(dependencies: NativeParts): Handlers {
  const { store, submit, read, follow, cancel, conclude, now } = dependencies;
  return {
    async submitAnalysis({ body, parameters }) {
      const key = parameters['idempotency-key'] as string | undefined;
      const { id, stored } = await submit(body as Schemas['AnalysisRequest'], key);
      const detail = stored === undefined ? await read.detail(id) : read.detailOf(stored);
      const { json, headers } = show(detail, dependencies);
      return { status: 202, json, headers: { ...headers, location: `/api/v1/analyses/${id}` } };
    },
    listAnalyses: (call) => listAnalyses(call, dependencies),
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
    followAnalysis: followHandler(follow, now),
    async concludeAnalysis(call) {
      const id = call.parameters['id'] as string;
      await read.detail(id); // who asks for nothing hears so, token or not
      await conclude(id, operatorOf(call, `analysis ${id} was not concluded`));
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

async function showAnalysis(id: string, parts: NativeParts): Promise<Answer> {
  return show(await parts.read.detail(id), parts);
}

function show(detail: AnalysisDetail, { now }: NativeParts): Answer {
  const { analysis, executions } = detail;
  const json = formatAnalysis(detail);
  if (isFinal(analysis.state)) return { status: 200, json };
  const dueAt = executions.at(-1)?.dueAt ?? now();
  const seconds = Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil((dueAt - now()) / 1000)));
  return { status: 200, json, headers: { 'retry-after': String(seconds) } };
}

async function listAnalyses({ parameters }: Call, { store, now }: NativeParts): Promise<Answer> {
  const limit = parameters['limit'] as number;
  const labels = (parameters['label'] as string[] | undefined) ?? [];
  const items = await store.analyses.list({
    limit: limit + 1,
    ...picked<{ before: string; state: AnalysisState; verdict: Verdict; config: string }>(
      parameters,
      ['before', 'state', 'verdict', 'config'],
    ),
    ...listedFrom(parameters, now()),
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

function listedFrom({ q, from, to }: Record<string, unknown>, now: number) {
  return {
    ...(typeof q === 'string' && q !== '' ? { text: q } : {}),
    ...(typeof from === 'string' ? { from: parseMoment(from, now)! } : {}),
    ...(typeof to === 'string' ? { to: parseMoment(to, now)! } : {}),
  };
}

async function listPairs({ parameters }: Call, { read }: NativeParts): Promise<Answer> {
  const { analysis, executions } = await read.detail(parameters['id'] as string);
  const wanted = parameters['interval'] as number | undefined;
  const judged = executions.findLast(
    ({ state, index }) => state === 'completed' && (wanted ?? index) === index,
  );
  const after = parameters['after'] as string | undefined;
  const page = judged && (await read.pairPage(judged.id, after));
  if (judged === undefined || page === undefined || page.pairs.length === 0) {
    const what = wanted === undefined ? 'no judged interval yet' : `no judged interval ${wanted}`;
    throw new Fault(
      'not-found',
      `analysis ${analysis.id} has ${what}: its intervals tell how far it is`,
    );
  }
  const last = page.pairs.at(-1)!;
  return {
    status: 200,
    json: {
      interval: judged.index,
      pairs: page.pairs.map(formatJudgedPair),
      ...nextPage(
        `/api/v1/analyses/${analysis.id}/pairs`,
        { interval: judged.index },
        page.isLast ? undefined : { after: last.id },
      ),
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
