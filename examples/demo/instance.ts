// One version of the shop: a real HTTP server with Prometheus metrics. Forked by the demo, once a version.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Histogram, Registry } from '@prometheus-io/client';

const medianLatencyMs = Number(process.argv[2]);
const errorShare = Number(process.argv[3]);

const registry = new Registry();
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests by status code.',
  labelNames: ['code'],
  registers: [registry],
});
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time to answer.',
  buckets: Array.from({ length: 24 }, (_, index) => 0.004 * 1.2 ** index),
  registers: [registry],
});

/** Log-normal service time with log-sd 0.35, as real services have it. */
function serviceTimeMs(): number {
  const normal =
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return medianLatencyMs * Math.exp(0.35 * normal);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/metrics') {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
    return;
  }
  const stopTimer = duration.startTimer();
  await sleep(serviceTimeMs());
  const code = Math.random() < errorShare ? 500 : 200;
  response.writeHead(code).end();
  requests.inc({ code: String(code) });
  stopTimer();
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error));
});

server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
process.once('disconnect', () => process.exit(0));
