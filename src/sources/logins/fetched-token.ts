import { Fault } from '../../errors.ts';
import type { OutboundClient, OutboundRequest } from '../../outbound/client.ts';
import { createRedactor } from '../../outbound/redact.ts';

/** A token is fetched anew so long before it ends. */
const RENEW_BEFORE_MS = 60_000;

export interface FetchedToken<T> {
  /** The token that is held, or a new one; who waits together waits for the same one. */
  get(signal: AbortSignal): Promise<T>;
  forget(): boolean;
  held(): T | undefined;
}

/** Holds what `load` fetched until shortly before it ends. */
export function createFetchedToken<T extends { endsAt: number }>(
  load: () => Promise<T>,
  now: () => number,
): FetchedToken<T> {
  let held: T | undefined;
  let loading: Promise<T> | undefined;

  function fresh(): Promise<T> {
    loading ??= load()
      .then((token) => (held = token))
      .finally(() => (loading = undefined));
    return loading;
  }

  return {
    get: (signal) =>
      held !== undefined && held.endsAt - RENEW_BEFORE_MS > now()
        ? Promise.resolve(held)
        : orAborted(fresh(), signal),
    forget() {
      const had = held !== undefined;
      held = undefined;
      return had;
    },
    held: () => held,
  };
}

/** Others may still wait for the token when one of them is told to stop. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Asks who gives out tokens, showing a secret; its answer's text. Faults name it by its host, and hide what was shown. */
export async function askForToken(
  client: Pick<OutboundClient, 'request'>,
  { url, form, secret }: { url: string; form: Record<string, string>; secret: string },
  readError: (body: string) => string | undefined,
): Promise<string> {
  const request: OutboundRequest = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    timeoutMs: 15_000,
    maxBytes: 1024 * 1024,
  };
  const { status, text } = await client.request(request);
  if (status >= 200 && status <= 299) return text;
  const said = readError(text);
  const words = said === undefined ? '' : `: ${createRedactor([secret])(said)}`;
  const retryable = status >= 500 || status === 429 || status === 408;
  throw new Fault(
    retryable ? 'source-unavailable' : 'source-refused',
    `${new URL(url).host} gave no token but answered ${status}${words}`,
    { retryable },
  );
}
