import type { Signer } from './signing-key.ts';
import type { KnownToken, Tokens } from './tokens.ts';

/** What a browser shows instead of a token: a cookie that scripts cannot read and other sites cannot send. */
export interface Sessions {
  /** The `set-cookie` of a new session of this token. */
  open(token: KnownToken): string;
  /** The `set-cookie` that ends it in this browser. */
  close(): string;
  /** The token whose session a `cookie` header shows. */
  find(cookies: string): KnownToken | undefined;
}

const COOKIE = 'canary_session';

/**
 * Nothing is stored: the cookie holds the token's name and its own end, signed together with the token's digest, so
 * that a session ends with its token also when that is replaced under the same name.
 */
export function createSessions(options: {
  tokens: Tokens;
  signer: Signer;
  lifetimeMs: number;
  /** Whether people reach this service by https alone. */
  isSecure: boolean;
  now(): number;
}): Sessions {
  const { tokens, signer, lifetimeMs, isSecure, now } = options;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  const signed = ({ name, digest }: KnownToken, endsAt: string) =>
    [name, endsAt, digest.toString('base64url')].join('\n');
  return {
    open(token) {
      const endsAt = String(now() + lifetimeMs);
      const name = Buffer.from(token.name).toString('base64url');
      const value = [name, endsAt, signer.sign(signed(token, endsAt))].join('.');
      return `${COOKIE}=${value}; Max-Age=${Math.floor(lifetimeMs / 1000)}; ${attributes}`;
    },
    close: () => `${COOKIE}=; Max-Age=0; ${attributes}`,
    find(cookies) {
      const value = cookies.split(/; */).find((cookie) => cookie.startsWith(`${COOKIE}=`));
      const [name = '', endsAt = '', signature = ''] =
        value?.slice(COOKIE.length + 1).split('.') ?? [];
      const token = tokens.byName(Buffer.from(name, 'base64url').toString());
      if (token === undefined || !(Number(endsAt) > now())) return undefined;
      return signer.verify(signed(token, endsAt), signature) ? token : undefined;
    },
  };
}
