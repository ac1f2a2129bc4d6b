import { Fault } from '../../../errors.ts';
import { firstText, textAt, valueAt } from '../mapping/pointer.ts';
import { hmacProof } from '../proofs/hmac.ts';
import { headerOf } from '../proofs/proof.ts';
import type { Notice, RawDelivery } from '../trigger.ts';
import { fieldsOf, versionOf } from './fields.ts';
import type { Sender } from './sender.ts';

/** Where the state of an event stands, in the order in which it says most. */
const STATES = ['/deployment_status/state', '/workflow_run/conclusion', '/action'];

export const github: Sender = {
  usualEvents: ['deployment_status.success'],
  prove: (_trigger, secrets) =>
    hmacProof(
      { header: 'X-Hub-Signature-256', hashes: { 'sha256=': 'sha256' }, encoding: 'hex' },
      secrets,
    ),
  read(raw, json) {
    const payload = withPayloadRead(json);
    return {
      event: eventOf(raw, payload),
      delivery: headerOf(raw, 'x-github-delivery'),
      payload,
      fields: fieldsOf({
        application: firstText(payload, '/deployment/payload/service', '/repository/name'),
        version: versionOf(
          textAt(payload, '/deployment/ref'),
          firstText(payload, '/deployment/sha', '/workflow_run/head_sha'),
        ),
        environment: firstText(payload, '/deployment/environment', '/environment'),
      }),
    };
  },
};

function eventOf(raw: RawDelivery, payload: unknown): Notice['event'] {
  const name = headerOf(raw, 'x-github-event');
  if (name === undefined) {
    throw new Fault('invalid-request', 'the delivery has no header "x-github-event"');
  }
  const state = firstText(payload, ...STATES);
  return state === undefined ? name : `${name}.${state}`;
}

/** A deployment's own payload is an object or the JSON text of one, as its creator has sent it. */
function withPayloadRead(json: unknown): unknown {
  const own = valueAt(json, '/deployment/payload');
  if (typeof own !== 'string') return json;
  try {
    const event = json as { deployment: object };
    return { ...event, deployment: { ...event.deployment, payload: JSON.parse(own) as unknown } };
  } catch {
    return json;
  }
}
