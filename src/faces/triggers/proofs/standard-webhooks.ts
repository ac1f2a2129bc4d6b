import { createHmac } from 'node:crypto';
import { parseSigningSecret } from '../../../webhooks/signature.ts';
import { headerOf, unproven, type Proof } from './proof.ts';
import { checkTime, FIVE_MINUTES_MS } from './time.ts';
import { isSameText } from './same-text.ts';

/** Signatures in one header; Standard Webhooks has several while one secret replaces another. */
const MAX_SIGNATURES = 10;

/** HMAC-SHA256 over `id.timestamp.body`, refused where the time is further away than 5 minutes. */
export function standardWebhooksProof(secrets: readonly string[], now: () => number): Proof {
  const keys = secrets.map((secret) => parseSigningSecret(secret, 'trigger'));
  return async (raw) => {
    const [id = '', timestamp = '', signatures = ''] = [
      headerOf(raw, 'webhook-id'),
      headerOf(raw, 'webhook-timestamp'),
      headerOf(raw, 'webhook-signature'),
    ];
    const given = signatures.split(' ').slice(0, MAX_SIGNATURES);
    const isRight = keys.some((key) => {
      const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(raw.bytes);
      const expected = `v1,${hmac.digest('base64')}`;
      return given.some((signature) => isSameText(signature, expected));
    });
    if (!isRight || id === '' || !/^\d{1,12}$/.test(timestamp)) {
      throw unproven('signature in "webhook-signature"');
    }
    checkTime(Number(timestamp) * 1000, now(), FIVE_MINUTES_MS);
    return 'id and body';
  };
}
