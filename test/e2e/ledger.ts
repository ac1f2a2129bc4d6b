import { isDeepStrictEqual } from 'node:util';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../../src/model/event.ts';
import { TEST_SECRET } from '../support/service.ts';
import type { ReceivedRequest } from '../support/webhook-receiver.ts';
import type { AnalysisView, KnownVerdict } from './requests.ts';

/** What was asked for, and what must come of it. */
export interface Order {
  key: string;
  verdict: KnownVerdict;
  looks: number;
  body: object;
}

export interface ReceivedEvent {
  webhookId: string;
  type: string;
  sequence: number;
  body: string;
}

/** All that clients and receivers have seen of a service, kept outside of it: the witness after a crash. */
export interface Ledger {
  /** What has been answered with 202, by analysis id. */
  acknowledged: ReadonlyMap<string, Order>;
  /** Promises that were broken on the way. */
  complaints: readonly string[];
  acknowledge(id: string, order: Order): void;
  see(analysis: AnalysisView): void;
  receive(request: ReceivedRequest): void;
  /** Each event once, in sequence. */
  eventsOf(id: string): ReceivedEvent[];
}

interface Decision {
  verdict?: unknown;
  score?: unknown;
  reason?: unknown;
}

export function createLedger(): Ledger {
  const acknowledged = new Map<string, Order>();
  const decisions = new Map<string, Decision>();
  const events = new Map<string, Map<string, ReceivedEvent>>();
  const complaints: string[] = [];
  const signature = new Webhook(TEST_SECRET);

  function keep(about: string, { verdict, score, reason }: Decision): void {
    const decision = { verdict, score, reason };
    const earlier = decisions.get(about);
    if (earlier === undefined) decisions.set(about, decision);
    else if (!isDeepStrictEqual(earlier, decision)) complaints.push(`${about} changed its verdict`);
  }

  function keepEvent(id: string, event: ReceivedEvent): void {
    const known = events.get(id) ?? new Map<string, ReceivedEvent>();
    const earlier = known.get(event.webhookId);
    if (earlier !== undefined && earlier.body !== event.body)
      complaints.push(`${event.webhookId} was sent again with other bytes`);
    events.set(id, known.set(event.webhookId, event));
  }

  return {
    acknowledged,
    complaints,
    acknowledge(id, order) {
      const earlier = acknowledged.get(id) ?? order;
      if (earlier.key !== order.key) complaints.push(`${id} was answered for two keys`);
      acknowledged.set(id, order);
    },
    see(analysis) {
      if (analysis.state === 'completed') keep(analysis.id, analysis);
      for (const look of analysis.intervals)
        if (look.state === 'completed') keep(`${analysis.id} look ${look.index}`, look);
    },
    receive({ headers, body }) {
      try {
        signature.verify(body, headers);
      } catch (error) {
        complaints.push(`a webhook has no valid signature: ${String(error)}`);
      }
      const { type, data } = JSON.parse(body) as WebhookEvent;
      const { id } = data;
      const webhookId = headers['webhook-id'] ?? '';
      keepEvent(id, { webhookId, type, sequence: data.sequence, body });
      if (type === 'analysis.completed') keep(id, data);
    },
    eventsOf: (id) => [...(events.get(id)?.values() ?? [])].sort((a, b) => a.sequence - b.sequence),
  };
}
