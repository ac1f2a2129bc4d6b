import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import {
  callServer,
  checkAnalysis,
  checkMember,
  postOf,
  type ApiClientOptions,
} from './api-client.ts';

type Schemas = components['schemas'];

/** What a server does with an analysis that is there. */
export interface LifecycleClient {
  conclude(id: string, signal: AbortSignal): Promise<Schemas['Analysis']>;
  /** Values for its metrics while it runs; those that were sent before count once. */
  push(id: string, samples: unknown[]): Promise<Schemas['SamplesAnswer']>;
  /** A file that holds the whole run. */
  bundle(id: string): Promise<Schemas['Bundle']>;
  importBundle(bundle: Schemas['Bundle']): Promise<Schemas['Analysis']>;
  rejudge(id: string, request: Schemas['RejudgeRequest']): Promise<Schemas['Rejudgement']>;
}

const ANSWER_TIMEOUT_MS = 30_000;
/** A judge with much history takes its time. */
const JUDGEMENT_TIMEOUT_MS = 120_000;

export function createLifecycleClient(options: ApiClientOptions): LifecycleClient {
  const path = (id: string) => `/api/v1/analyses/${encodeURIComponent(id)}`;
  return {
    async conclude(id, signal) {
      const { body: _none, ...call } = postOf(
        `to conclude analysis ${id}`,
        `${path(id)}/conclude`,
        {},
      );
      const answer = await callServer(options, { ...call, timeoutMs: ANSWER_TIMEOUT_MS, signal });
      return checkAnalysis(answer, options.server);
    },
    async push(id, samples) {
      const call = postOf(`samples for analysis ${id}`, `${path(id)}/samples`, { samples });
      const answer = await callServer(options, { ...call, timeoutMs: ANSWER_TIMEOUT_MS });
      const { accepted, repeated } = (answer ?? {}) as Partial<Schemas['SamplesAnswer']>;
      if (typeof accepted === 'number' && typeof repeated === 'number')
        return { accepted, repeated };
      const why = `server ${options.server} answered samples with something else: check the address`;
      throw new Fault('source-answer', why);
    },
    async bundle(id) {
      const what = `to export analysis ${id}`;
      const call = { what, method: 'GET', path: `${path(id)}/bundle` } as const;
      const answer = await callServer(options, { ...call, timeoutMs: JUDGEMENT_TIMEOUT_MS });
      const bundle = answer as Partial<Schemas['Bundle']> | undefined | null;
      if (typeof bundle?.content === 'string') return bundle as Schemas['Bundle'];
      const why = `server ${options.server} answered something that is no bundle: check the address`;
      throw new Fault('source-answer', why);
    },
    async importBundle(bundle) {
      const call = postOf('to import the bundle', '/api/v1/bundles', bundle);
      const answer = await callServer(options, { ...call, timeoutMs: JUDGEMENT_TIMEOUT_MS });
      return checkAnalysis(answer, options.server);
    },
    async rejudge(id, request) {
      const call = postOf(`to judge analysis ${id} again`, `${path(id)}/rejudge`, request);
      const answer = await callServer(options, { ...call, timeoutMs: JUDGEMENT_TIMEOUT_MS });
      const { judgement } = (answer ?? {}) as Partial<Schemas['Rejudgement']>;
      checkMember<Schemas['Judgement']>(judgement, 'metrics', call, options);
      return answer as Schemas['Rejudgement'];
    },
  };
}
