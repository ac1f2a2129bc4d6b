import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
}

/** What the receiver does with a request; the default is an empty 200. */
export type ReceiverAnswer =
  | { status: number; headers?: Record<string, string>; body?: string | Buffer }
  /** Reads the request and never answers. */
  | 'hang';

export interface WebhookReceiver {
  url: string;
  /** In order of arrival. */
  requests: readonly ReceivedRequest[];
  /** Sets the answer from now on; a function sees each request. */
  answerWith(answer: ReceiverAnswer | ((request: ReceivedRequest) => ReceiverAnswer)): void;
  /** Resolves once so many requests have arrived; rejects after the deadline. */
  waitForRequests(count: number, deadlineMs?: number): Promise<readonly ReceivedRequest[]>;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that records what it gets. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const requests: ReceivedRequest[] = [];
  const arrivals = new EventTarget();
  let choose: (request: ReceivedRequest) => ReceiverAnswer = answerOk;

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    requests.push(request);
    arrivals.dispatchEvent(new Event('request'));
    const answer = choose(request);
    if (answer === 'hang') return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((message, response) => {
    response.on('error', () => undefined); // a client may leave while 10 MB are on their way
    handle(message, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith(answer) {
      choose = typeof answer === 'function' ? answer : () => answer;
    },
    async waitForRequests(count, deadlineMs = 120_000) {
      const signal = AbortSignal.timeout(deadlineMs);
      while (requests.length < count) await nextArrival(arrivals, signal);
      return requests;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerOk(): ReceiverAnswer {
  return { status: 200 };
}

async function readRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    path: message.url ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks).toString(),
    at: Date.now(),
  };
}

function nextArrival(arrivals: EventTarget, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('the webhook receiver did not get its requests in time'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    arrivals.addEventListener('request', () => resolve(), { once: true, signal });
  });
}
