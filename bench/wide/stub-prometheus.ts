// Answers every range query with one series of noise; a process of its own, so that nothing else waits for it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

let answers = new Map<string, string>();

const server = createServer((request, response) => {
  void answer(request, response);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const asked = new URLSearchParams(body || (request.url ?? '').split('?')[1]);
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(asked.get(name)));
  response.setHeader('content-type', 'application/json').end(answerFor(start!, end!, step!));
}

/** A few answers take turns, so that sides and metrics differ. */
function answerFor(start: number, end: number, step: number): string {
  const key = `${start} ${end} ${step} ${Math.floor(Math.random() * 8)}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  if (answers.size > 100) answers = new Map();
  const values: [number, string][] = [];
  for (let at = start; at <= end; at += step) values.push([at, String(100 + 10 * Math.random())]);
  const result = [{ metric: { app: 'checkout' }, values }];
  const answer = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  answers.set(key, answer);
  return answer;
}
