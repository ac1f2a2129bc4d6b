import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { Fault } from '../errors.ts';
import type { AddressGuard } from './address-guard.ts';

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

/** The host without brackets when it is an address, undefined when it is a name. */
export function literalHost(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return hostname.includes(':') || /^[\d.]+$/.test(hostname) ? hostname : undefined;
}

export function guardedLookup(guard: AddressGuard): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const refusal = addresses
        .map(({ address }) => guard(address))
        .find((text) => text !== undefined);
      if (refusal !== undefined) return callback(refused(hostname, refusal), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

export function refused(hostname: string, why: string): Fault {
  return new Fault(
    'address-refused',
    `host "${hostname}" was refused: it leads to ${why}; add its address to the allow list if it is meant`,
    { subject: `host "${hostname}"` },
  );
}
