import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** What the deployer reads of the event `analysis.completed`. */
export interface Completed {
  id: string;
  verdict: string | null;
  score: number | null;
  reason: string | null;
  decision: 'promote' | 'rollback' | 'hold';
  links: { self: string; report: string };
}

export interface Deployer {
  /** Asks the service for an analysis and waits for the signed event that ends it. */
  analyze(request: object): Promise<Completed>;
  close(): void;
}

/** A little deployer: it believes nothing but a webhook whose signature is right. */
export async function startDeployer(serviceUrl: string, secret: string): Promise<Deployer> {
  const webhook = new Webhook(secret);
  const completed = new Map<string, Completed>();
  const waiting = new Map<string, (event: Completed) => void>();
  const receive = async (request: IncomingMessage) => {
    const headers = request.headers as Record<string, string>;
    const { data } = webhook.verify(await text(request), headers) as { data: Completed };
    completed.set(data.id, data);
    waiting.get(data.id)?.(data);
  };
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(200).end(),
      () => response.writeHead(401).end('wrong signature'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/canary`;

  return {
    async analyze(request) {
      const callbacks = [{ url, secret: 'default', events: ['analysis.completed'] }];
      const answer = await fetch(`${serviceUrl}/api/v1/analyses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...request, callbacks }),
      });
      if (answer.status !== 202)
        throw new Error(`the service refused the analysis: ${await answer.text()}`);
      const { id } = (await answer.json()) as { id: string };
      return completed.get(id) ?? new Promise((resolve) => waiting.set(id, resolve));
    },
    close: () => server.close(),
  };
}
