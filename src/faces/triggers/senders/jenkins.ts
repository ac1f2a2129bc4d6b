import { firstText, textAt } from '../mapping/pointer.ts';
import { proofByScheme } from '../proofs/by-scheme.ts';
import { fieldsOf, idOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** Its Notification plugin, or a step of a pipeline that posts the same body. */
export function createJenkins({ now }: SenderParts): Sender {
  return {
    usualEvents: ['FINALIZED.SUCCESS'],
    prove: (trigger, secrets) => proofByScheme(trigger, secrets, now),
    read(_raw, json) {
      const phase = textAt(json, '/build/phase') ?? '';
      const status = textAt(json, '/build/status');
      const job = textAt(json, '/name');
      return {
        event: status === undefined ? phase : `${phase}.${status}`,
        delivery: idOf(
          firstText(json, '/build/full_url', '/url', '/name'),
          textAt(json, '/build/number'),
          phase,
        ),
        payload: json,
        fields: fieldsOf({
          application: job,
          version:
            textAt(json, '/build/parameters/VERSION') ??
            textAt(json, '/build/scm/commit')?.slice(0, 12),
          environment: firstText(json, '/build/parameters/ENV', '/build/parameters/ENVIRONMENT'),
        }),
      };
    },
  };
}
