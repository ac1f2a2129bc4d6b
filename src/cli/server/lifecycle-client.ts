import type { components } from '../../openapi.d.ts';
import { callServer, checkAnalysis, postOf, type ApiClientOptions } from './api-client.ts';

type Schemas = components['schemas'];

/** What a server does with an analysis that is there. */
export interface LifecycleClient {
  conclude(id: string, signal: AbortSignal): Promise<Schemas['Analysis']>;
}

const ANSWER_TIMEOUT_MS = 30_000;

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
  };
}
