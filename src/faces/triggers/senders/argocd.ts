import { firstText, textAt } from '../mapping/pointer.ts';
import { proofByScheme } from '../proofs/by-scheme.ts';
import { fieldsOf, idOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** Its user writes the body: this reads the one of `examples/triggers/argocd.yaml`. */
export function createArgocd({ now }: SenderParts): Sender {
  return {
    usualEvents: ['Succeeded'],
    prove: (trigger, secrets) => proofByScheme(trigger, secrets, now),
    read: (_raw, json) => ({
      event: firstText(json, '/event', '/phase') ?? '',
      delivery: idOf(
        textAt(json, '/namespace') ?? '',
        textAt(json, '/application'),
        textAt(json, '/revision'),
        textAt(json, '/finishedAt'),
      ),
      payload: json,
      fields: fieldsOf({
        application: textAt(json, '/application'),
        version: tagOf(textAt(json, '/images/0')) ?? textAt(json, '/revision')?.slice(0, 12),
        environment: textAt(json, '/environment'),
      }),
    }),
  };
}

/** Of `registry:5000/shop/checkout:v42`, also where a digest follows. */
function tagOf(image: string | undefined): string | undefined {
  const [name = ''] = image?.split('/').at(-1)?.split('@') ?? [];
  return /:([\w][\w.-]{0,127})$/.exec(name)?.[1];
}
