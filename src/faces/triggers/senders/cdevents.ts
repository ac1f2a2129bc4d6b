import { Fault } from '../../../errors.ts';
import { firstText, textAt } from '../mapping/pointer.ts';
import { proofByScheme } from '../proofs/by-scheme.ts';
import { headerOf } from '../proofs/proof.ts';
import type { RawDelivery } from '../trigger.ts';
import { fieldsOf, idOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** What CloudEvents say of an event, whichever way it came. */
interface Envelope {
  id?: string | undefined;
  source?: string | undefined;
  type?: string | undefined;
  data: unknown;
}

const CDEVENT = /^dev\.cdevents\.(.+?)\.\d+\.\d+\.\d+.*$/;

/** CDEvents, and any other CloudEvents, in the binary and the structured form. */
export function createCdevents({ now }: SenderParts): Sender {
  return {
    usualEvents: ['service.deployed', 'service.upgraded'],
    prove: (trigger, secrets) => proofByScheme(trigger, secrets, now),
    read(raw, json) {
      const { id, source, type = '', data } = envelopeOf(raw, json);
      return {
        // a later version of the specification changes the number alone
        event: CDEVENT.exec(type)?.[1] ?? type,
        delivery: idOf(source, id),
        payload: data,
        fields: fieldsOf({
          application: textAt(data, '/subject/id'),
          version: versionOf(firstText(data, '/subject/content/artifactId')),
          environment: firstText(data, '/subject/content/environment/id'),
        }),
      };
    },
  };
}

/** A CDEvent repeats in its body what CloudEvents put around it; that is what a signature covers. */
function envelopeOf(raw: RawDelivery, json: unknown): Envelope {
  const type = headerOf(raw, 'content-type') ?? '';
  if (/^application\/cloudevents-batch\+json/i.test(type)) {
    throw new Fault('invalid-request', 'a batch of events was refused: send each event by itself');
  }
  const isStructured = /^application\/cloudevents\+json/i.test(type);
  const data = isStructured ? (json as { data?: unknown }).data : json;
  const around = (name: string) =>
    isStructured ? textAt(json, `/${name}`) : headerOf(raw, `ce-${name}`);
  const found = (name: string) => textAt(data, `/context/${name}`) ?? around(name);
  return { id: found('id'), source: found('source'), type: found('type'), data };
}

/** Of `pkg:oci/checkout@sha256%3A0b31…?tag=v42`: the tag, else what stands behind the `@`. */
function versionOf(purl: string | undefined): string | undefined {
  if (purl === undefined) return undefined;
  const [path = '', query = ''] = purl.split('#')[0]!.split('?');
  const tag = new URLSearchParams(query).get('tag');
  const version = path.split('@')[1];
  return tag ?? (version === undefined ? undefined : decoded(version));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
