import { Fault } from '../errors.ts';
import type { DeliveryAttempt } from '../model/analysis.ts';
import { MANNERS, type DeliveryFormat } from '../model/receiver/receiver.ts';
import type { OutboundAnswer, OutboundClient } from '../outbound/client.ts';
import type { Release, SharedPlaces } from '../redis/places.ts';
import { currentTrace } from '../tracing.ts';
import { createEndpointSlots, endpointOf, type Waiter } from './endpoint-slots.ts';
import { FORMATS } from './formats/formats.ts';
import { isDelivered } from './retry-schedule.ts';
import { parseSigningSecret, signMessage } from './signature.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const KEPT_ANSWER_BYTES = 1024;
const DELIVERIES_PER_ENDPOINT = 2;

/** What is sent, and with which secrets: those that its receiver names now. */
export interface Outgoing {
  /** Also the `webhook-id` header. */
  id: string;
  url: string;
  body: string;
  format: DeliveryFormat;
  /** Names of signing secrets; each signs, so that a receiver may know either. */
  secrets: readonly string[];
  /** Name of the token that a status needs. */
  token?: string;
}

/** A secret of another service; it goes to that address and what is below it. */
export interface Token {
  url: string;
  token: string;
}

/** How one try ended; it was delivered exactly when `error` is absent. */
export interface SentAttempt extends DeliveryAttempt {
  /** The receiver will say no to every further try. */
  isFinal?: boolean;
  /** How long the receiver asked us to wait. */
  retryAfterMs?: number;
}

/** What a delivery is sent as, when that is none of our signed events. */
export interface Letter {
  headers: Record<string, string>;
  body: string;
}

/** Writes what is sent for a delivery, the same at each try; one that cannot throws a Fault. */
export type Carrier = (
  outgoing: Pick<Outgoing, 'id' | 'url' | 'body'>,
  signal: AbortSignal,
) => Promise<Letter>;

export interface Sender {
  /** A slot at the endpoint, or undefined when it is full: come back when woken, or after a while. */
  tryAcquire(url: string, waiter: Waiter): Promise<Release | undefined>;
  /** Makes one try. Rejects only when `signal` aborts; every other end is an attempt to record. */
  send(outgoing: Outgoing, number: number, signal: AbortSignal): Promise<SentAttempt>;
  close(): Promise<void>;
}

export function createSender(dependencies: {
  /** Closed with the sender. */
  client: OutboundClient;
  /** Signing secrets by name; several while one replaces another. */
  secrets: Readonly<Record<string, readonly string[]>>;
  tokens: Readonly<Record<string, Token>>;
  /** By a name that stands in place of a signing secret; no request can name one. */
  carriers?: ReadonlyMap<string, Carrier>;
  /** Slots of all processes together. */
  places?: SharedPlaces | undefined;
  now: () => number;
  timeoutMs: number;
}): Sender {
  const { client, tokens, now, timeoutMs, carriers, places } = dependencies;
  const keys = new Map(
    Object.entries(dependencies.secrets).map(([name, secrets]) => [
      name,
      secrets.map((secret) => parseSigningSecret(secret, name)),
    ]),
  );

  function keysOf({ id, secrets }: Outgoing): Buffer[] {
    return secrets.flatMap((name) => {
      const own = keys.get(name);
      if (own !== undefined && own.length > 0) return own;
      throw new Fault(
        'unknown-secret',
        `delivery "${id}" was not sent: the configuration has no webhook secret "${name}"; add it under webhooks.secrets`,
      );
    });
  }

  /** Asked again when it is sent: the configuration may be another one than when the delivery was made. */
  function tokenOf({ id, url, token: name }: Outgoing): string | undefined {
    if (name === undefined) return undefined;
    const own = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
    if (own !== undefined && `${url}/`.startsWith(`${own.url}/`)) return own.token;
    const why =
      own === undefined
        ? `the configuration has no webhook token "${name}"; add it under webhooks.tokens`
        : `the webhook token "${name}" is only for ${own.url}`;
    throw new Fault('unknown-secret', `delivery "${id}" was not sent: ${why}`);
  }

  function write(outgoing: Outgoing, at: number): Letter {
    const { id, body, format } = outgoing;
    const { contentType, headers } = FORMATS[format];
    const signature = MANNERS[format].isSigned
      ? signMessage({ id, at, body }, keysOf(outgoing))
      : {};
    const own = headers?.(tokenOf(outgoing));
    return { headers: { 'content-type': contentType, ...signature, ...own }, body };
  }

  async function post(outgoing: Outgoing, at: number, signal: AbortSignal) {
    const carry = carriers?.get(outgoing.secrets[0] ?? '');
    const { headers, body } = (await carry?.(outgoing, signal)) ?? write(outgoing, at);
    return await client.request({
      method: 'POST',
      url: outgoing.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'canary-verdict',
        ...currentTrace(),
        ...headers,
      },
      body,
      signal,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    });
  }

  const slots = createEndpointSlots(DELIVERIES_PER_ENDPOINT);
  return {
    async tryAcquire(url, waiter) {
      const own = slots.tryAcquire(url, waiter);
      if (own === undefined || places === undefined) return own;
      const name = `endpoint ${endpointOf(url)}`;
      const shared = await places.tryTake(name, DELIVERIES_PER_ENDPOINT);
      if (shared === undefined) {
        own();
        return undefined;
      }
      return () => {
        shared();
        own(); // who is woken by it finds the other one free
      };
    },
    async send(outgoing, number, signal) {
      const startedAt = now();
      const attempt = { deliveryId: outgoing.id, number, startedAt };
      try {
        const answer = await post(outgoing, startedAt, signal);
        const endedAt = now();
        const read = readAnswer(answer, outgoing.format, endedAt);
        return { ...attempt, durationMs: endedAt - startedAt, ...read };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Fault)) throw error;
        return { ...attempt, durationMs: now() - startedAt, error: error.message };
      }
    },
    close: () => client.close(),
  };
}

function readAnswer(answer: OutboundAnswer, format: DeliveryFormat, at: number) {
  const { status, text } = answer;
  // PostgreSQL takes no NUL in a text
  const kept = Buffer.from(text).subarray(0, KEPT_ANSWER_BYTES).toString().replaceAll('\0', '');
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], at);
  const reading = isDelivered(status)
    ? 'delivered'
    : FORMATS[format].readAnswer?.(status, text, retryAfterMs !== undefined);
  return {
    status,
    ...(reading === 'delivered' ? {} : { error: describeStatus(status) }),
    ...(reading === 'final' ? { isFinal: true } : {}),
    ...(kept === '' ? {} : { answer: kept }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function describeStatus(status: number): string {
  if (status === 410) return 'receiver answered 410: it wants no more deliveries';
  if (status >= 300 && status < 400) {
    return `receiver answered ${status}: redirects are not followed, so name the final address`;
  }
  return `receiver answered ${status}`;
}

/** `Retry-After` in seconds or as an HTTP date; undefined when absent, past or unreadable. */
function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? ms : undefined;
}
