import { request as send, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Exchange {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request on a connection of its own with exactly these headers, also those that `fetch` keeps for itself. */
export async function ask(
  { url }: { url: string },
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Exchange> {
  // a GET tells no length of its own
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = send(url + path, { method, headers: { ...headers, ...length }, agent: false });
  return new Promise((resolve, reject) => {
    request.on('error', reject).on('response', (answer) => {
      const whole = (said: string) =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said });
      text(answer).then(whole, reject);
    });
    request.end(body);
  });
}
