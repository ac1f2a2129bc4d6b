import type { Trigger } from '../trigger.ts';
import { hmacProof } from './hmac.ts';
import type { Proof } from './proof.ts';
import { bearerProof, headerProof } from './shared-secret.ts';
import { standardWebhooksProof } from './standard-webhooks.ts';

/** The proof of a sender whose configuration says how it shows the secret. */
export function proofByScheme(
  { signature = { scheme: 'bearer' } }: Trigger,
  secrets: readonly string[],
  now: () => number,
): Proof {
  const { scheme, header = '', prefix = '', encoding = 'hex' } = signature;
  if (scheme === 'bearer') return bearerProof(secrets);
  if (scheme === 'header') return headerProof(header, secrets);
  if (scheme === 'standard-webhooks') return standardWebhooksProof(secrets, now);
  return hmacProof({ header, hashes: { [prefix]: 'sha256' }, encoding }, secrets);
}
