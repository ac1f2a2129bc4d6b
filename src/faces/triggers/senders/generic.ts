import { firstText, textAt } from '../mapping/pointer.ts';
import { proofByScheme } from '../proofs/by-scheme.ts';
import { headerOf } from '../proofs/proof.ts';
import { fieldsOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** Whoever sends JSON: curl in a job, a system that is not known here. */
export function createGeneric({ now }: SenderParts): Sender {
  return {
    prove: (trigger, secrets) => proofByScheme(trigger, secrets, now),
    read: (raw, json) => ({
      event: firstText(json, '/event', '/type') ?? '',
      delivery: headerOf(raw, 'webhook-id') ?? headerOf(raw, 'idempotency-key'),
      payload: json,
      fields: fieldsOf({
        application: textAt(json, '/application'),
        version: textAt(json, '/version'),
        environment: textAt(json, '/environment'),
      }),
    }),
  };
}
