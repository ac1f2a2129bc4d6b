import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Vouches for texts that leave this service and come back: the same text has the same signature. */
export interface Signer {
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
}

const KEY_BYTES = 32;
const KEY_FILE = 'signing.key';

/** One secret serves several purposes with a key of its own for each, so that no signature is worth anything elsewhere. */
export function createSigner(secret: string, purpose: 'session' | 'report-link'): Signer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `canary-verdict ${purpose}`, KEY_BYTES));
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  return {
    sign: (text) => digest(text).toString('base64url'),
    verify(text, signature) {
      const given = Buffer.from(signature, 'base64url');
      const wanted = digest(text);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}

/** The secret behind all signatures where none is configured: made once, kept in the data directory for its owner alone. */
export function keptSecret(directory: string): string {
  const file = join(directory, KEY_FILE);
  if (!existsSync(file)) {
    const made = randomBytes(KEY_BYTES).toString('base64url');
    writeFileSync(file, `${made}\n`, { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
