import { Socket, type SocketConnectOpts } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { guardedLookup, literalHost, refused } from './guarded-lookup.ts';

/**
 * A TCP socket that connects only where the guard allows, for drivers that speak another protocol than HTTP and call
 * `connect(port, host)` themselves. The literal host, every resolved address and the peer are checked; the listener
 * on the connection is the first, so that a refused peer never gets a byte.
 */
export function createGuardedSocket(guard: AddressGuard): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket) as (
    options: SocketConnectOpts,
    listener?: () => void,
  ) => Socket;
  socket.connect = ((port: number, host: string, listener?: () => void): Socket => {
    const literal = literalHost(host);
    const refusal = literal === undefined ? undefined : guard(literal);
    if (refusal !== undefined) {
      process.nextTick(() => socket.destroy(refused(host, refusal)));
      return socket;
    }
    socket.once('connect', () => {
      const why = guard(socket.remoteAddress ?? '');
      if (why !== undefined) socket.destroy(refused(host, why));
    });
    return connect({ port, host, lookup: guardedLookup(guard) }, listener);
  }) as Socket['connect'];
  return socket;
}
