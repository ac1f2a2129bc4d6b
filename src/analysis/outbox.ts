import { newId } from '../new-id.ts';
import type { Analysis, Callback, EventType, Execution } from '../model/analysis.ts';
import { createEvent, type LinksOf, type WebhookEvent } from '../model/event.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import { hiddenAddress, MANNERS, type Receiver } from '../model/receiver/receiver.ts';
import { resolveTarget, type StatusTarget } from '../model/receiver/status-target.ts';
import { isWanted, type Subscription } from '../model/receiver/subscription.ts';
import type { NewDelivery } from '../store/deliveries/delivery-port.ts';
import { currentTrace } from '../tracing.ts';

export interface Happening {
  type: EventType;
  execution?: Execution;
  judgement?: Judgement;
}

export interface Outbox {
  /** Sequence number of the newest event. */
  sequence: number;
  /** To be stored in the same transaction as what happened, so that no crash can come between. */
  deliveries: NewDelivery[];
}

/** One event as a receiver of its format takes it: the exact bytes, and where they go. */
export interface Message {
  url: string;
  body: string;
}

/** Puts an event into a format; undefined where the format has no word for such an event. Pure. */
export type FormatEvent = (
  event: WebhookEvent,
  to: Pick<Receiver, 'url' | 'format'> & { target?: StatusTarget & { context: string } },
) => Message | undefined;

/**
 * Turns what happened to an analysis (as it is afterwards) into one delivery for each callback and each subscription
 * that wants it. Subscriptions are read when it happens: one that is made later hears nothing of it.
 */
export type FillOutbox = (
  analysis: Analysis,
  happenings: readonly Happening[],
  at: number,
) => Promise<Outbox>;

export function createFillOutbox(dependencies: {
  subscriptions: { all(): Promise<Subscription[]> };
  formatEvent: FormatEvent;
  links: LinksOf;
}): FillOutbox {
  const { subscriptions, formatEvent, links } = dependencies;
  return async (analysis, happenings, at) => {
    const { callbacks } = analysis.snapshot;
    const all = await subscriptions.all();
    let sequence = analysis.sequence;
    const trace = currentTrace();
    const deliveries = happenings.flatMap((happening) => {
      sequence += 1;
      const { type } = happening;
      const wanting = [
        ...callbacks.filter(({ events }) => events.includes(type)).map(ofCallback),
        ...all.filter((one) => isWanted(one, type, analysis.snapshot)).map(ofSubscription),
      ];
      if (wanting.length === 0) return [];
      const common = { analysis, at, sequence, links: links(analysis.id) };
      const event = createEvent({ ...happening, ...common });
      const about = {
        analysisId: analysis.id,
        event: type,
        sequence,
        createdAt: at,
        nextAttemptAt: at,
        ...(trace === undefined ? {} : { trace }),
      };
      return wanting.flatMap(({ receiver, columns }) => {
        const message = messageFor(receiver, event, analysis, formatEvent);
        return message === undefined
          ? []
          : [{ id: `msg_${newId(at)}`, ...about, ...message, ...columns }];
      });
    });
    return { sequence, deliveries };
  };
}

type Columns = Omit<
  NewDelivery,
  | 'id'
  | 'url'
  | 'body'
  | 'analysisId'
  | 'event'
  | 'sequence'
  | 'createdAt'
  | 'nextAttemptAt'
  | 'trace'
> & { url?: string };

interface Wanting {
  receiver: Receiver;
  /** What its delivery says beside the message; an address that is stored nowhere is replaced. */
  columns: Columns;
}

function ofCallback({ secret, format = 'standard', ...receiver }: Callback): Wanting {
  const { token } = receiver;
  const columns = { format, secret, ...(token === undefined ? {} : { token }) };
  return { receiver: { ...receiver, format }, columns };
}

function ofSubscription(subscription: Subscription): Wanting {
  const { id, format, url, isUrlSecret, disabled } = subscription;
  const columns = {
    subscriptionId: id,
    format,
    secret: '',
    ...(disabled === undefined ? {} : { isHeld: true }),
    // a status goes to an address of its own below that of the service
    ...(isUrlSecret === true && !MANNERS[format].isStatus ? { url: hiddenAddress(url) } : {}),
  };
  return { receiver: subscription, columns };
}

/** None where a status has nothing to be set on: the labels of the analysis do not name it. */
function messageFor(
  { url, format, target }: Receiver,
  event: WebhookEvent,
  { snapshot }: Analysis,
  formatEvent: FormatEvent,
): Message | undefined {
  if (target === undefined) return formatEvent(event, { url, format });
  const resolved = resolveTarget(format, target, snapshot);
  return 'target' in resolved ? formatEvent(event, { url, format, ...resolved }) : undefined;
}
