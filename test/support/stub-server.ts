import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StubRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface StubAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Promise more than is sent, then close the connection. */
  cut?: boolean;
}

/** Decides each answer; `never` leaves the caller waiting. */
export type StubHandler = (
  request: StubRequest,
  index: number,
) => StubAnswer | Promise<StubAnswer> | 'never';

export interface StubServer {
  url: string;
  port: number;
  /** Every request so far, whole. */
  requests: StubRequest[];
  /** Number of TCP connections and of bytes that arrived over them. */
  connections(): number;
  bytesRead(): number;
  close(): Promise<void>;
}

/** A real HTTP server on a free loopback port that answers as it is told. */
export async function startStubServer(
  handler: StubHandler,
  tls?: ServerOptions,
): Promise<StubServer> {
  const requests: StubRequest[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response);
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    const index = requests.push(seen) - 1;
    const told = await handler(seen, index);
    if (told !== 'never') send(response, told);
  }
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  const sockets = countConnections(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    ...sockets,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(
  response: ServerResponse,
  { status = 200, headers, body = '', cut }: StubAnswer,
): void {
  if (cut !== true) {
    response.writeHead(status, headers).end(body);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': String(body.length + 100) });
  response.write(body, () => response.socket?.destroy());
}

function countConnections(server: Server): Pick<StubServer, 'connections' | 'bytesRead'> {
  let count = 0;
  const counted: { bytesRead: number }[] = [];
  server.on('connection', (socket) => {
    count += 1;
    counted.push(socket);
  });
  return {
    connections: () => count,
    bytesRead: () => counted.reduce((sum, socket) => sum + socket.bytesRead, 0),
  };
}
