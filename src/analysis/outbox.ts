import { newId } from '../new-id.ts';
import type { Analysis, EventType, Execution } from '../model/analysis.ts';
import { createEvent, type LinksOf } from '../model/event.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { NewDelivery } from '../store/store.ts';

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

/** Turns what happened to an analysis (as it is afterwards) into one delivery for each callback that wants it. */
export function fillOutbox(
  analysis: Analysis,
  happenings: Happening[],
  options: { links: LinksOf; at: number },
): Outbox {
  let sequence = analysis.sequence;
  const deliveries = happenings.flatMap((happening) => {
    sequence += 1;
    const receivers = analysis.snapshot.callbacks.filter(({ events }) =>
      events.includes(happening.type),
    );
    if (receivers.length === 0) return [];
    const common = { analysis, at: options.at, links: options.links(analysis.id) };
    const body = JSON.stringify(createEvent({ ...happening, ...common, sequence }));
    return receivers.map(({ url, secret }) => ({
      id: `msg_${newId(options.at)}`,
      analysisId: analysis.id,
      event: happening.type,
      sequence,
      url,
      secret,
      body,
      createdAt: options.at,
      nextAttemptAt: options.at,
    }));
  });
  return { sequence, deliveries };
}
