import { headerOf, unproven, type Proof } from './proof.ts';
import { headerProof } from './shared-secret.ts';
import { standardWebhooksProof } from './standard-webhooks.ts';

/**
 * A signing token (`whsec_...`) signs as Standard Webhooks say; any other secret comes as it is in `X-Gitlab-Token`.
 * What is signed must be signed well: there is no falling back to the token.
 */
export function gitlabProof(secrets: readonly string[], now: () => number): Proof {
  const isSigning = (secret: string) => secret.startsWith('whsec_');
  const signed = standardWebhooksProof(secrets.filter(isSigning), now);
  const shown = headerProof(
    'X-Gitlab-Token',
    secrets.filter((secret) => !isSigning(secret)),
  );
  const hasSigning = secrets.some(isSigning);
  const hasToken = !secrets.every(isSigning);
  return async (raw) => {
    if (headerOf(raw, 'webhook-signature') !== undefined) return await signed(raw);
    if (hasToken) return await shown(raw);
    throw unproven(hasSigning ? 'signature in "webhook-signature"' : 'header "x-gitlab-token"');
  };
}
