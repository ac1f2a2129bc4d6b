import { Fault } from '../errors.ts';
import type { Delivery, DeliveryAttempt } from '../model/analysis.ts';
import type { OutboundAnswer, OutboundClient } from '../outbound/client.ts';
import { createEndpointSlots, type Release, type Waiter } from './endpoint-slots.ts';
import { isDelivered } from './retry-schedule.ts';
import { parseSigningSecret, signMessage } from './signature.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const KEPT_ANSWER_BYTES = 1024;
const DELIVERIES_PER_ENDPOINT = 2;

/** How one try ended; it was delivered exactly when `error` is absent. */
export interface SentAttempt extends DeliveryAttempt {
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
  delivery: Pick<Delivery, 'id' | 'url' | 'body'>,
  signal: AbortSignal,
) => Promise<Letter>;

export interface Sender {
  /** A slot at the delivery's endpoint, or undefined when it is full: come back when woken. */
  tryAcquire(url: string, waiter: Waiter): Release | undefined;
  /** Makes one try. Rejects only when `signal` aborts; every other end is an attempt to record. */
  send(delivery: Delivery, number: number, signal: AbortSignal): Promise<SentAttempt>;
  close(): Promise<void>;
}

export function createSender(dependencies: {
  /** Closed with the sender. */
  client: OutboundClient;
  /** Signing secrets by name; several while one replaces another. */
  secrets: Readonly<Record<string, readonly string[]>>;
  /** By a name that stands in place of a signing secret; no request can name one. */
  carriers?: ReadonlyMap<string, Carrier>;
  now: () => number;
  timeoutMs: number;
}): Sender {
  const { client, now, timeoutMs, carriers } = dependencies;
  const keys = new Map(
    Object.entries(dependencies.secrets).map(([name, secrets]) => [
      name,
      secrets.map((secret) => parseSigningSecret(secret, name)),
    ]),
  );

  function sign(delivery: Delivery, at: number): Letter {
    const signingKeys = keys.get(delivery.secret);
    if (signingKeys === undefined || signingKeys.length === 0) {
      throw new Fault(
        'unknown-secret',
        `delivery "${delivery.id}" was not sent: the configuration has no webhook secret "${delivery.secret}"; add it under webhooks.secrets`,
      );
    }
    const { id, body } = delivery;
    return { headers: signMessage({ id, at, body }, signingKeys), body };
  }

  async function post(delivery: Delivery, at: number, signal: AbortSignal) {
    const carry = carriers?.get(delivery.secret);
    const { headers, body } = (await carry?.(delivery, signal)) ?? sign(delivery, at);
    return await client.request({
      method: 'POST',
      url: delivery.url,
      headers: { 'content-type': 'application/json', 'user-agent': 'canary-verdict', ...headers },
      body,
      signal,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    });
  }

  const slots = createEndpointSlots(DELIVERIES_PER_ENDPOINT);
  return {
    tryAcquire: (url, waiter) => slots.tryAcquire(url, waiter),
    async send(delivery, number, signal) {
      const startedAt = now();
      const attempt = { deliveryId: delivery.id, number, startedAt };
      try {
        const answer = await post(delivery, startedAt, signal);
        const endedAt = now();
        return { ...attempt, durationMs: endedAt - startedAt, ...readAnswer(answer, endedAt) };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Fault)) throw error;
        return { ...attempt, durationMs: now() - startedAt, error: error.message };
      }
    },
    close: () => client.close(),
  };
}

function readAnswer(answer: OutboundAnswer, at: number) {
  const { status, text } = answer;
  // PostgreSQL takes no NUL in a text
  const kept = Buffer.from(text).subarray(0, KEPT_ANSWER_BYTES).toString().replaceAll('\0', '');
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], at);
  return {
    status,
    ...(isDelivered(status) ? {} : { error: describeStatus(status) }),
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
