import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault } from '../errors.ts';

export interface AccessToken {
  name: string;
  token: string;
}

/** Name of the token that a request shows, or undefined when none are configured; throws `unauthorized`. */
export type Authenticate = (authorization: string | undefined) => string | undefined;

/** Bearer tokens; digests are compared, so neither length nor content leaks through time. */
export function createAuthenticate(tokens: readonly AccessToken[]): Authenticate {
  const digests = tokens.map(({ name, token }) => ({ name, digest: digestOf(token) }));
  return (authorization) => {
    if (digests.length === 0) return undefined;
    const shown = digestOf(/^Bearer +(.+)$/i.exec(authorization ?? '')?.[1] ?? '');
    const match = digests.find(({ digest }) => timingSafeEqual(digest, shown));
    if (match !== undefined) return match.name;
    throw new Fault(
      'unauthorized',
      'this service wants a token: send "authorization: Bearer ..." with one of server.tokens',
    );
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
