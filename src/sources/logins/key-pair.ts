import { createHash, createPublicKey, createSign } from 'node:crypto';
import type { Signer, SignerParts } from './signer.ts';

/** A user of Snowflake who has the public key of a pair. */
export interface KeyPairSigning {
  type: 'key-pair';
  /** As in its address, without a region. */
  account: string;
  user: string;
  /** PEM, without a passphrase. */
  privateKey: string;
}

/** An hour is the most that Snowflake takes; a token is made anew shortly before. */
const LIFE_SECONDS = 3600;
const RENEW_BEFORE_SECONDS = 60;

/** Each request bears a JWT that the account's own key has signed: nobody is asked for it. */
export function createKeyPairSigner(
  { account, user, privateKey }: KeyPairSigning,
  { now }: Pick<SignerParts, 'now'>,
): Signer {
  const subject = `${account.split('.')[0]}.${user}`.toUpperCase();
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const print = `SHA256:${createHash('sha256').update(der).digest('base64')}`;
  let held: { token: string; endsAt: number } | undefined;

  function make(seconds: number): { token: string; endsAt: number } {
    const claims = {
      iss: `${subject}.${print}`,
      sub: subject,
      iat: seconds,
      exp: seconds + LIFE_SECONDS,
    };
    const text = [{ alg: 'RS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url');
    return { token: `${text}.${signature}`, endsAt: claims.exp };
  }

  return {
    async headers() {
      const seconds = Math.floor(now() / 1000);
      if (held === undefined || held.endsAt - RENEW_BEFORE_SECONDS <= seconds) held = make(seconds);
      return {
        authorization: `Bearer ${held.token}`,
        'x-snowflake-authorization-token-type': 'KEYPAIR_JWT',
      };
    },
    forget() {
      held = undefined;
      return false; // another one would be refused as this one was
    },
    secrets: () => [privateKey, ...(held === undefined ? [] : [held.token])],
  };
}
