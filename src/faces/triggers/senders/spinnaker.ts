import { textAt, valueAt } from '../mapping/pointer.ts';
import { proofByScheme } from '../proofs/by-scheme.ts';
import { fieldsOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** Echo's `rest.endpoints`: every event of the installation, wrapped in `payload` unless `wrap` is off. */
export function createSpinnaker({ now }: SenderParts): Sender {
  return {
    usualEvents: ['orca:stage:complete'],
    prove: (trigger, secrets) => proofByScheme(trigger, secrets, now),
    read(_raw, json) {
      const wrapped = valueAt(json, '/payload');
      const payload =
        valueAt(json, '/details') === undefined && wrapped !== undefined ? wrapped : json;
      return {
        event: textAt(payload, '/details/type') ?? '',
        delivery: textAt(payload, '/eventId'),
        payload,
        fields: fieldsOf({
          application: textAt(payload, '/details/application'),
          version: serverGroupOf(valueAt(payload, '/content/context/deploy.server.groups')),
          environment:
            textAt(payload, '/content/context/account') ??
            textAt(payload, '/content/context/credentials'),
        }),
      };
    },
  };
}

/** The first one of `{region: [name]}`. */
function serverGroupOf(groups: unknown): string | undefined {
  if (typeof groups !== 'object' || groups === null) return undefined;
  return textAt(Object.values(groups)[0], '/0');
}
