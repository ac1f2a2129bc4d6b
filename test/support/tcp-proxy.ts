import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  /** The same address, with the proxy's port. */
  url: string;
  /** Nothing gets through in either direction and nobody is told, as when a network is parted. */
  part(): void;
  join(): void;
  close(): void;
}

/** Stands before the server of an address, on a free loopback port. */
export async function startTcpProxy(address: string): Promise<TcpProxy> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let isParted = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    if (isParted) socket.pause();
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const between: [Socket, Socket][] = [
      [near, far],
      [far, near],
    ];
    for (const [from, to] of between) {
      // not `pipe`: it would let a socket flow again that was paused
      from.on('data', (bytes) => void to.write(bytes)).on('close', () => to.destroy());
      keep(from);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(address);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    part() {
      isParted = true;
      for (const socket of sockets) socket.pause();
    },
    join() {
      isParted = false;
      for (const socket of sockets) socket.resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
