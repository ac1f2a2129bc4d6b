import { createHash, timingSafeEqual } from 'node:crypto';

export interface AccessToken {
  name: string;
  token: string;
}

/** A token as it is kept here: its digest tells it again and does not tell it. */
export interface KnownToken {
  name: string;
  digest: Buffer;
}

export interface Tokens {
  /** Whether there are none, so that everyone may call. */
  isOpen: boolean;
  /** The token that this text is. */
  match(text: string): KnownToken | undefined;
  byName(name: string): KnownToken | undefined;
}

/** Digests are compared, so neither length nor content of a token leaks through time. */
export function createTokens(tokens: readonly AccessToken[]): Tokens {
  const known = tokens.map(({ name, token }) => ({ name, digest: digestOf(token) }));
  return {
    isOpen: known.length === 0,
    match(text) {
      const shown = digestOf(text);
      return known.find(({ digest }) => timingSafeEqual(digest, shown));
    },
    byName: (name) => known.find((token) => token.name === name),
  };
}

/**
 * The token in a request's `authorization`: `Bearer TOKEN`, or the password of `Basic` under any user name, for
 * clients that can send nothing else (Argo Rollouts, Flagger). Undefined when the header holds neither.
 */
export function shownToken(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\w+) +(.+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(credentials, 'base64').toString();
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
