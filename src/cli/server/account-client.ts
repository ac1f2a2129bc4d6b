import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { callServer, checkMember, postOf, type ApiClientOptions, type Call } from './api-client.ts';

type Schemas = components['schemas'];

/** What a server tells of its metric sources, and tries without storing it. */
export interface AccountClient {
  list(): Promise<Schemas['Account'][]>;
  check(account: string): Promise<Schemas['AccountCheck']>;
  /** Names, sorted; of metrics with a series of the last hour that fits, where a selector is given. */
  metrics(account: string, match?: string): Promise<string[]>;
  preview(account: string, request: Schemas['PreviewRequest']): Promise<Schemas['Preview']>;
  tryAnalysis(request: Schemas['AnalysisRequest']): Promise<Schemas['Trial']>;
}

/** A whole config over a long window takes its time. */
const TIMEOUT_MS = 120_000;
const ACCOUNTS = '/api/v1/accounts';
const MOST_NAMES = 20_000;

export function createAccountClient(options: ApiClientOptions): AccountClient {
  const ask = async <T>(member: keyof T & string, call: Omit<Call, 'timeoutMs'>): Promise<T> => {
    const answer = await callServer(options, { ...call, timeoutMs: TIMEOUT_MS });
    if ((answer as T | undefined | null)?.[member] !== undefined) return answer as T;
    throw new Fault(
      'source-answer',
      `server ${options.server} answered ${call.what} with something else: check the address`,
    );
  };
  const addressOf = (account: string) => `${ACCOUNTS}/${encodeURIComponent(account)}`;
  return {
    async list() {
      const call = { what: 'to list its accounts', method: 'GET', path: ACCOUNTS } as const;
      const answer = await callServer(options, { ...call, timeoutMs: TIMEOUT_MS });
      return checkMember<{ items: Schemas['Account'][] }>(answer, 'items', call, options).items;
    },
    check: (account) =>
      ask('well', postOf(`to check account "${account}"`, `${addressOf(account)}/check`, {})),
    async metrics(account, match) {
      const query = new URLSearchParams({
        limit: String(MOST_NAMES),
        ...(match === undefined ? {} : { match }),
      });
      const call = {
        what: `to list the metrics of account "${account}"`,
        method: 'GET',
        path: `${addressOf(account)}/metrics?${query.toString()}`,
      } as const;
      const answer = await callServer(options, { ...call, timeoutMs: TIMEOUT_MS });
      return checkMember<Schemas['MetricNames']>(answer, 'items', call, options).items;
    },
    preview: (account, request) =>
      ask('baseline', postOf('to try a query', `${addressOf(account)}/preview`, request)),
    tryAnalysis: (request) => ask('judgement', postOf('the trial', '/api/v1/trials', request)),
  };
}
