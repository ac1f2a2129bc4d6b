import {
  createServer,
  STATUS_CODES,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { newId } from '../new-id.ts';
import { Fault } from '../errors.ts';
import { problemAnswer } from './problem.ts';

export interface HttpServer {
  /** Resolves with the address that is listened on, as a URL. */
  listen(host: string, port: number): Promise<string>;
  /** Takes no new connections, lets answers finish, then cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  // longer than load balancers keep a connection that nobody uses (60 s as a rule): who closes first meets no request
  keepAliveTimeout: 75_000,
};

/** A server with tight time-outs for the reading side; answers may take as long as a long poll does. */
export function createHttpServer(
  listener: RequestListener,
  patience: Pick<ServerOptions, keyof typeof PATIENCE> = PATIENCE,
): HttpServer {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(patience, listener)
    .on('request', (request, response) => answers.set(request.socket, response))
    .on('clientError', (error, socket) => refuseUnreadable(error, socket, answers.get(socket)));
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

/** What never becomes a request is answered here, in the native form, as nobody knows for which route it was meant. */
function refuseUnreadable(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Duplex,
  answer: ServerResponse | undefined,
): void {
  const hasBegun = answer?.headersSent === true && !answer.writableFinished;
  if (error.code === 'ECONNRESET' || !socket.writable || hasBegun) {
    socket.destroy();
    return;
  }
  const address = addressWithoutSpaces(error.rawPacket);
  if (address !== undefined) {
    socket.end(`${headOf(307)}location: ${address}\r\ncontent-length: 0\r\n\r\n`);
    return;
  }
  const { status, text } = problemAnswer(unreadable(error.code), newId());
  const { type, content } = text!;
  const length = Buffer.byteLength(content);
  socket.end(
    `${headOf(status)}content-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${content}`,
  );
}

function headOf(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n`;
}

/**
 * Argo Rollouts puts names into addresses as they are, and an application may have a space in its name: 307 leads
 * such a client to the address that it meant, with the same method and body.
 */
function addressWithoutSpaces(packet: Buffer | undefined): string | undefined {
  const [line = ''] = packet?.toString('latin1').split('\r\n', 1) ?? [];
  const [, given] = /^[A-Z]+ \/+([^/].* .*) HTTP\/1\.[01]$/.exec(line) ?? [];
  // never two slashes in front: that would be the address of another host
  return given && `/${given.replaceAll(/[^!-~]/g, (one) => encodeURIComponent(one))}`;
}

function unreadable(code: string | undefined): Fault {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Fault(
      'headers-too-large',
      'the first line and headers of the request are larger than 16 KiB: send less, large values in a body',
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Fault('request-too-slow', 'the request did not arrive in time: send it again');
  }
  return new Fault('invalid-request', 'this is no HTTP request that can be read');
}
