import { createSign } from 'node:crypto';
import { Fault } from '../../../errors.ts';
import type { OutboundClient } from '../../../outbound/client.ts';
import type { GithubSettings } from '../settings.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** GitHub takes ten minutes at most, and its clock may be behind. */
const JWT_LIFETIME_SECONDS = 540;
const JWT_BACKDATED_SECONDS = 60;
/** A token that is about to end is no good for what is being sent. */
const MARGIN_MS = 5 * 60_000;

/** The token to answer with: the configured one, or one that the app gets for its installation, for as long as it holds. */
export type AppToken = (installation: string | undefined, signal: AbortSignal) => Promise<string>;

export function createAppToken(
  github: GithubSettings,
  { client, now }: { client: OutboundClient; now(): number },
): AppToken {
  const known = new Map<string, { token: string; endsAt: number }>();
  return async (installation = '', signal) => {
    if (github.token !== undefined) return github.token;
    const kept = known.get(installation);
    if (kept !== undefined && kept.endsAt > now() + MARGIN_MS) return kept.token;
    const { status, text } = await client.request({
      method: 'POST',
      url: `${github.apiUrl}/app/installations/${encodeURIComponent(installation)}/access_tokens`,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${signJwt(github, now())}`,
        'user-agent': 'canary-verdict',
      },
      signal,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    const fresh = status === 201 ? readToken(text) : undefined;
    if (fresh === undefined) {
      const what = `GitHub answered ${status} to the app's request for a token of installation ${installation}`;
      throw new Fault(
        'webhook-failed',
        `${what}: check triggers.github.appId and privateKey, and that the app is installed`,
        { retryable: true },
      );
    }
    known.set(installation, fresh);
    return fresh.token;
  };
}

/** RFC 7519, signed as RS256: who the app is, for ten minutes. */
function signJwt({ appId, privateKey = '' }: GithubSettings, now: number): string {
  const seconds = Math.floor(now / 1000);
  const claims = {
    iat: seconds - JWT_BACKDATED_SECONDS,
    exp: seconds + JWT_LIFETIME_SECONDS,
    iss: appId,
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

function readToken(text: string): { token: string; endsAt: number } | undefined {
  try {
    const { token, expires_at: ends } = JSON.parse(text) as {
      token?: unknown;
      expires_at?: string;
    };
    return typeof token === 'string' ? { token, endsAt: Date.parse(ends ?? '') || 0 } : undefined;
  } catch {
    return undefined;
  }
}
