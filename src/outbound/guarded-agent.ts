import { Agent, buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { guardedLookup, literalHost, refused } from './guarded-lookup.ts';

/** How to recognise the other side, and how to show who we are; PEM texts. */
export interface TlsOptions {
  ca?: string;
  cert?: string;
  key?: string;
  /** Name to ask for and to check instead of the url's host. */
  servername?: string;
  /** False accepts any certificate: only for tests and closed networks. */
  rejectUnauthorized?: boolean;
}

/** Connections that only lead where the guard allows. Loaded when something is first asked: undici is large. */
export function createGuardedAgent(
  guard: AddressGuard,
  tls: TlsOptions | undefined,
  connectTimeoutMs: number,
): Agent {
  return new Agent({
    connect: createGuardedConnector(guard, tls, connectTimeoutMs),
    headersTimeout: 0, // one timer rules the whole exchange
    bodyTimeout: 0,
  });
}

/**
 * Connects only where the guard allows. A literal address never passes through name resolution, and a
 * name may resolve to something else a moment later (DNS rebinding), so three places are checked: the
 * literal host, every resolved address, and the peer of the connected socket. TLS starts after the
 * last check, so a refused peer never gets a byte.
 */
export function createGuardedConnector(
  guard: AddressGuard,
  tls: TlsOptions | undefined,
  timeoutMs: number,
): buildConnector.connector {
  const limits = { timeout: timeoutMs, allowH2: false };
  const connectTcp = buildConnector({ ...limits, lookup: guardedLookup(guard) });
  const connectTls = buildConnector({ ...limits, ...tls });
  return ({ servername, ...target }, callback) => {
    const secure = target.protocol === 'https:';
    const host = literalHost(target.hostname);
    const literalRefusal = host === undefined ? undefined : guard(host);
    if (literalRefusal !== undefined)
      return callback(refused(target.hostname, literalRefusal), null);
    const port = target.port === '' ? (secure ? '443' : '80') : target.port;
    connectTcp({ ...target, port, protocol: 'http:' }, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const refusal = guard(socket.remoteAddress ?? '');
      if (refusal !== undefined) {
        socket.destroy();
        return callback(refused(target.hostname, refusal), null);
      }
      if (!secure) return callback(null, socket);
      const name = tls?.servername ?? servername;
      const named = name === undefined ? target : { ...target, servername: name };
      connectTls({ ...named, port, httpSocket: socket }, callback);
    });
  };
}
