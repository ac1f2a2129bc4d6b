import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '../errors.ts';

export interface HttpServer {
  /** Resolves with the address that is listened on, as a URL. */
  listen(host: string, port: number): Promise<string>;
  /** Takes no new connections, lets answers finish, then cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** A server with tight time-outs for the reading side; answers may take as long as a long poll does. */
export function createHttpServer(listener: RequestListener): HttpServer {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
    },
    listener,
  );
  return {
    listen: (host, port) => listen(server, host, port),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Fault(
          'bad-configuration',
          `cannot listen on ${host}:${port}: ${error.message}; choose another server.host or server.port`,
          { cause: error },
        ),
      ),
    );
    server.listen(port, host, () => {
      const name = host.includes(':') ? `[${host}]` : host;
      resolve(`http://${name}:${(server.address() as AddressInfo).port}`);
    });
  });
}
