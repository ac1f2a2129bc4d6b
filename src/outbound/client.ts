import type { Socket } from 'node:net';
import { createGunzip } from 'node:zlib';
import type { Agent, Dispatcher } from 'undici';
import { Fault, type HttpExchange } from '../errors.ts';
import { createAddressGuard } from './address-guard.ts';
import type { GuardProfile } from './address-guard.ts';
import type { TlsOptions } from './guarded-agent.ts';
import { createGuardedSocket } from './guarded-socket.ts';
import { readAtMost } from './read-at-most.ts';
import { tellAddress } from './tell-address.ts';

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Ends the request at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** For the whole exchange: name, connection, headers and body. */
  timeoutMs: number;
  /** For the connection alone, its TLS included; 10 s unless told. */
  connectTimeoutMs?: number;
  /** At most so much of the answer is read. */
  maxBytes: number;
  /** Connections are shared by requests with the same object. */
  tls?: TlsOptions;
  /**
   * Query parameters whose values anybody may read. With it, faults and answers tell method and address
   * (by `tellAddress`); without it nothing but the host, because a receiver's path may be its secret.
   */
  tellable?: readonly string[];
}

export interface OutboundAnswer {
  status: number;
  /** Lower-case names; repeated headers are joined by a comma. */
  headers: Record<string, string>;
  /** The body as UTF-8; its first 64 KiB where it is longer than was allowed, or refuses. */
  text: string;
  /** Whether the body went on after what was read of it. */
  truncated: boolean;
  /** What was asked, where the request says what may be told of it. */
  http?: HttpExchange;
}

/**
 * HTTP to the outside, behind the address guard; redirects are answers, never followed. Any status is
 * an answer. Faults: `address-refused`; and retryable `source-unavailable` or `webhook-failed` (by
 * profile) when no whole answer came. No header, path or credential is ever part of their texts.
 */
export interface OutboundClient {
  request(request: OutboundRequest): Promise<OutboundAnswer>;
  /** A socket behind the same guard, for drivers that speak another protocol and connect it themselves. */
  openSocket(): Socket;
  close(): Promise<void>;
}

const FAULT_CODES = {
  webhook: 'webhook-failed',
  source: 'source-unavailable',
  scrape: 'source-unavailable',
  instance: 'source-unavailable',
} as const;

export function createOutboundClient(options: {
  profile: GuardProfile;
  /** Addresses and CIDRs that are allowed beyond the profile. */
  allow?: readonly string[];
}): OutboundClient {
  const guard = createAddressGuard({ profile: options.profile, allow: options.allow ?? [] });
  const pools: Pool[] = [];

  async function agentFor({
    tls,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
  }: OutboundRequest): Promise<Agent> {
    const { createGuardedAgent } = await import('./guarded-agent.ts');
    const known = pools.find(
      (pool) => pool.tls === tls && pool.connectTimeoutMs === connectTimeoutMs,
    );
    if (known !== undefined) return known.agent;
    const agent = createGuardedAgent(guard, tls, connectTimeoutMs);
    pools.push({ tls, connectTimeoutMs, agent });
    return agent;
  }

  return {
    async request(request) {
      const url = parseUrl(request.url);
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(new TimedOut()), request.timeoutMs);
      const signal =
        request.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, request.signal]);
      try {
        return await exchange(await agentFor(request), url, { ...request, signal });
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof Fault) throw error;
        const why = stop.signal.aborted
          ? `did not answer within ${request.timeoutMs} ms`
          : describeNetworkError(error);
        throw new Fault(FAULT_CODES[options.profile], `${url.host} ${why}`, {
          retryable: true,
          cause: error,
          ...tellExchange(request),
        });
      } finally {
        clearTimeout(timer);
      }
    },
    openSocket: () => createGuardedSocket(guard),
    async close() {
      await Promise.all(pools.map(({ agent }) => agent.destroy()));
    },
  };
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Whatever says no says why within so much. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** Connections that were made in the same way. */
interface Pool {
  tls: TlsOptions | undefined;
  connectTimeoutMs: number;
  agent: Agent;
}

class TimedOut extends Error {}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Fault('address-refused', 'a url was refused: it is not http:// or https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault(
      'address-refused',
      `url of host "${url.hostname}" was refused: it carries a user name or password`,
    );
  }
  return url;
}

async function exchange(
  agent: Agent,
  url: URL,
  request: OutboundRequest & { signal: AbortSignal },
): Promise<OutboundAnswer> {
  const { statusCode, headers, body } = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: request.headers ?? null,
    body: request.body ?? null,
    signal: request.signal,
  });
  const isGood = statusCode >= 200 && statusCode < 300;
  const maxBytes = isGood ? request.maxBytes : Math.min(request.maxBytes, MAX_REFUSAL_BYTES);
  const { text, truncated } = await readAtMost(unpacked(body, headers), maxBytes);
  const told = tellExchange(request, statusCode);
  return { status: statusCode, headers: flatten(headers), text, truncated, ...told };
}

/** Some servers pack what they were not asked to pack; what is read is bounded after it is unpacked. */
function unpacked(
  body: Dispatcher.ResponseData['body'],
  headers: Dispatcher.ResponseData['headers'],
): AsyncIterable<Buffer> {
  if (headers['content-encoding'] !== 'gzip') return body as AsyncIterable<Buffer>;
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => body.destroy());
  return body.pipe(gunzip) as AsyncIterable<Buffer>;
}

function tellExchange(
  { method, url, tellable }: OutboundRequest,
  status?: number,
): { http?: HttpExchange } {
  if (tellable === undefined) return {};
  const asked = { method, url: tellAddress(url, tellable) };
  return { http: status === undefined ? asked : { ...asked, status } };
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}

const NETWORK_ERRORS: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not accept a connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  ECONNRESET: 'closed the connection before its answer was complete',
  EPIPE: 'closed the connection before its answer was complete',
  UND_ERR_SOCKET: 'closed the connection before its answer was complete',
  UND_ERR_DESTROYED: 'was not asked, as this service is closing',
  CERT_HAS_EXPIRED: 'showed a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'showed a certificate for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'showed a certificate of an unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'showed a certificate of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'showed a certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'showed a certificate of an unknown authority',
};

/** From the code alone: an error's own text may repeat what was sent. */
function describeNetworkError(error: unknown): string {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'unknown';
  if (code.startsWith('HPE_')) return 'did not answer in HTTP';
  return NETWORK_ERRORS[code] ?? `could not be asked (${code})`;
}
