import { createHmac } from 'node:crypto';
import { isSameText } from './same-text.ts';
import { headerOf, unproven, type Proof } from './proof.ts';

/** A digest of the body in a header. */
export interface HmacForm {
  header: string;
  /** What stands before the digest, with the hash that it means. */
  hashes: Readonly<Record<string, string>>;
  encoding: 'hex' | 'base64';
}

/** HMAC over the raw body. The whole text of the header is compared: each digest can be written in one way alone. */
export function hmacProof(
  { header, hashes, encoding }: HmacForm,
  secrets: readonly string[],
): Proof {
  return async (raw) => {
    const given = headerOf(raw, header);
    const prefix = Object.keys(hashes).find((known) => given?.startsWith(known) === true);
    const isRight = secrets.some((secret) => {
      const digest = createHmac(hashes[prefix ?? ''] ?? 'sha256', secret).update(raw.bytes);
      return isSameText(given, `${prefix}${digest.digest(encoding)}`);
    });
    if (prefix !== undefined && isRight) return 'body';
    throw unproven(`signature in "${header.toLowerCase()}"`);
  };
}
