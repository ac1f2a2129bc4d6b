import { createHash } from 'node:crypto';
import type { Reach } from './proofs/proof.ts';
import type { Notice, RawDelivery } from './trigger.ts';

/** How a delivery is told from every other of its trigger. */
export interface Identity {
  /** Names it; the sender's id where it has one. */
  delivery: string;
  /** It is the same as one that has any of these. */
  marks: string[];
  /** What came before is another one; epoch milliseconds. */
  since: number;
}

/** Where nothing else tells two deliveries apart, the same body within this time is the same one. */
const SAME_BODY_MS = 10 * 60_000;
/** Longer ids are no ids; as long as a label may be. */
const MAX_ID_LENGTH = 200;

/**
 * By the sender's id. Where a signature covers the body alone, anybody can send it again under another id, so that the
 * body is a mark as well; such senders write something of their own into each. Where there is no id, the body is all.
 */
export function identify(
  raw: RawDelivery,
  { delivery: given }: Notice,
  reach: Reach,
  now: number,
): Identity {
  const hash = createHash('sha256').update(raw.bytes).digest('hex');
  const body = `body ${hash}`;
  if (given === undefined) {
    if (reach === 'body') return { delivery: body, marks: [body], since: 0 };
    return { delivery: `${body} ${now}`, marks: [body], since: now - SAME_BODY_MS };
  }
  const delivery = given.length <= MAX_ID_LENGTH ? given : body;
  const id = `id ${delivery}`;
  return { delivery, marks: reach === 'body' ? [body, id] : [id], since: 0 };
}
