import type { components } from '../../openapi.d.ts';
import { callServer, checkMember, postOf, type ApiClientOptions } from './api-client.ts';

type Schemas = components['schemas'];

/** What a server does for configs. */
export interface ConfigClient {
  validate(document: unknown): Promise<Schemas['ConfigValidation']>;
}

const ANSWER_TIMEOUT_MS = 30_000;

export function createConfigClient(options: ApiClientOptions): ConfigClient {
  return {
    async validate(document) {
      const call = postOf('to look at the config', '/api/v1/configs/validate', document);
      const answer = await callServer(options, { ...call, timeoutMs: ANSWER_TIMEOUT_MS });
      return checkMember<Schemas['ConfigValidation']>(answer, 'violations', call, options);
    },
  };
}
