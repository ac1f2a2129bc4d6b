import { readFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';
import { createOutboundClient, type OutboundRequest } from '../../outbound/client.ts';
import { isRecord, parseJson } from '../asking/read-json.ts';

/** Where the machine that this runs on tells who it is; switched on by the account, off otherwise. */
export interface Instance {
  /** Which of the services that are there; each has a protocol of its own. */
  kind: 'aws-container' | 'aws-metadata' | 'google' | 'azure-metadata' | 'azure-app-service';
  /** From the environment of this process, or the address that all machines of that cloud have. */
  url: string;
  /** What shows that a container asks, or the file with it. */
  secret?: string | undefined;
  secretFile?: string | undefined;
}

const LIMITS = { timeoutMs: 2000, maxBytes: 64 * 1024 };

/**
 * Asks that service by a client that reaches nothing else, made for these questions alone. Answers are objects of JSON
 * unless `text` is asked for. Faults name the service and what to look after; no secret is in any of them.
 */
export async function withInstance<T>(
  { url, secret, secretFile }: Instance,
  work: (ask: AskInstance, shown: string | undefined) => Promise<T>,
): Promise<T> {
  const client = createOutboundClient({ profile: 'instance' });
  const ask: AskInstance = async (path, headers = {}, method = 'GET') => {
    const request: OutboundRequest = { method, url: `${url}${path}`, headers, ...LIMITS };
    const { status, text } = await client.request(request);
    if (status >= 200 && status <= 299) return text;
    const retryable = status >= 500 || status === 429;
    const what = `the identity of this instance cannot be had: ${new URL(url).host} answered ${status}`;
    const remedy = '; check that the instance, its container or its app has an identity or a role';
    throw new Fault(retryable ? 'source-unavailable' : 'source-refused', `${what}${remedy}`, {
      retryable,
    });
  };
  try {
    return await work(ask, secretFile === undefined ? secret : await readSecret(secretFile));
  } finally {
    await client.close();
  }
}

export type AskInstance = (
  path: string,
  headers?: Record<string, string>,
  method?: 'GET' | 'PUT',
) => Promise<string>;

/** The object that a service answered; what it is instead is not repeated, as it may be a secret. */
export function readIdentity(text: string): Record<string, unknown> {
  const answer = parseJson(text);
  if (isRecord(answer)) return answer;
  throw new Fault('source-answer', 'the identity of this instance is no JSON');
}

async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const text = `the token "${path}" of this container cannot be read (${code})`;
    throw new Fault('source-unavailable', text, { retryable: true, cause: error });
  }
}
