import { newId } from '../../new-id.ts';
import { Fault } from '../../errors.ts';
import type { WebhookEvent } from '../../model/event.ts';
import type { DeliveryFormat } from '../../model/receiver/receiver.ts';
import { resolveTarget } from '../../model/receiver/status-target.ts';
import type { Subscription } from '../../model/receiver/subscription.ts';
import { invalidRequest } from '../accept/invalid-request.ts';
import type { FormatEvent, Message } from '../outbox.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What is sent at once, and kept nowhere. */
export interface TestMessage extends Message {
  id: string;
  format: DeliveryFormat;
  secrets: readonly string[];
  token?: string;
}

/** How it ended; it was delivered exactly when `error` is absent. */
export interface TestEnd {
  durationMs: number;
  status?: number;
  error?: string;
  answer?: string;
}

export interface TestSent extends TestEnd {
  subscription: Subscription;
  body: string;
}

/** Sends one event that nothing happened for. Fault `conflict` while its receiver is as busy as it may be. */
export type SendTest = (
  id: string,
  labels: Record<string, string>,
  signal: AbortSignal,
) => Promise<TestSent>;

export function createSendTest(dependencies: {
  subscriptions: Subscriptions;
  formatEvent: FormatEvent;
  /** Undefined while the receiver is as busy as it may be. */
  send(message: TestMessage, signal: AbortSignal): Promise<TestEnd | undefined>;
  /** Public address of this service, without a slash at the end. */
  baseUrl(): string;
  now(): number;
}): SendTest {
  const { subscriptions, formatEvent, send, baseUrl, now } = dependencies;
  return async (id, labels, signal) => {
    const subscription = await subscriptions.get(id);
    const { format, secrets, token } = subscription;
    const at = now();
    const event = testEvent(subscription, labels, { at, baseUrl: baseUrl() });
    const message = formatEvent(event, receiverOf(subscription, labels));
    if (message === undefined) throw new Error(`the format ${format} has no test`);
    const optional = token === undefined ? {} : { token };
    const whole = { ...message, id: `msg_${newId(at)}`, format, secrets, ...optional };
    const end = await send(whole, signal);
    if (end !== undefined) return { ...end, subscription, body: message.body };
    throw new Fault(
      'conflict',
      `the receiver of subscription "${id}" holds as many deliveries unanswered as it may: try again when it has answered them`,
    );
  };
}

function receiverOf(
  { url, format, target }: Subscription,
  labels: Record<string, string>,
): Parameters<FormatEvent>[1] {
  if (target === undefined) return { url, format };
  const resolved = resolveTarget(format, target, { configName: 'test', labels });
  if ('target' in resolved) return { url, format, ...resolved };
  const message = `do not fit the subscription: its target's ${resolved.field} ${resolved.problem}`;
  throw invalidRequest([{ pointer: '/labels', message }]);
}

/** Has the form of every other event, and decides nothing. */
function testEvent(
  { id, description }: Subscription,
  labels: Record<string, string>,
  { at, baseUrl }: { at: number; baseUrl: string },
): WebhookEvent {
  const instant = new Date(at).toISOString();
  const self = `${baseUrl}/api/v1/subscriptions/${encodeURIComponent(id)}`;
  const named = description === undefined ? id : `${id} (${description})`;
  return {
    type: 'subscription.test',
    timestamp: instant,
    data: {
      id: `test-${at}`,
      sequence: 1,
      config: 'test',
      labels,
      configVersion: null,
      sides: null,
      state: 'completed',
      verdict: null,
      score: null,
      reason: `this tests subscription ${named}: nothing was judged`,
      remedy: null,
      decision: 'hold',
      interval: null,
      window: { kind: 'fixed', start: instant, end: instant, stepSeconds: 60 },
      failingMetrics: [],
      failingMetricCount: 0,
      decidingMetrics: [],
      since: null,
      findings: [],
      findingCount: 0,
      failure: null,
      runbook: null,
      owner: null,
      links: { self, report: self },
    },
  };
}
