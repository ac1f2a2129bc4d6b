import { createHmac } from 'node:crypto';
import { Fault } from '../errors.ts';

/** What is signed: the same id over all attempts, the moment of this attempt, the exact body sent. */
export interface SignedMessage {
  id: string;
  /** Epoch milliseconds; receivers refuse what is older than five minutes. */
  at: number;
  body: string;
}

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** Reads a Standard Webhooks secret: `whsec_` and the base64 of 24 to 64 bytes. */
export function parseSigningSecret(secret: string, name: string): Buffer {
  const encoded = secret.slice(PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  const wellFormed = secret.startsWith(PREFIX) && BASE64.test(encoded);
  if (!wellFormed || key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
    throw new Fault(
      'bad-configuration',
      `webhook secret "${name}" must be "whsec_" and the base64 of ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes: ` +
        `make one with: echo "whsec_$(openssl rand -base64 32)"`,
      { subject: `webhook secret "${name}"` },
    );
  }
  return key;
}

/** Headers of Standard Webhooks, with one signature for each key: while keys rotate, either verifies. */
export function signMessage(
  message: SignedMessage,
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.at / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys
      .map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
      .join(' '),
  };
}
