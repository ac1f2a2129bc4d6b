import type { IncomingMessage } from 'node:http';
import { Fault } from '../errors.ts';

/**
 * Reads a JSON body. The bytes are counted as they come and an over-long upload is cut off at once:
 * body-parser would read it to its end before it answers.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  checkHeaders(request);
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault('invalid-request', `the request body is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function checkHeaders(request: IncomingMessage): void {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) {
    const found = type === '' ? 'has no content type' : `is "${type}"`;
    throw new Fault('unsupported-media-type', `the request body ${found}: send application/json`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new Fault(
      'unsupported-media-type',
      `the request body is encoded as "${encoding}": send it plain`,
    );
  }
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new Fault(
        'payload-too-large',
        `the request body is larger than ${maxBytes} bytes: send less, or raise server.maxBodyBytes`,
      );
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new Fault('invalid-request', 'the request body is no valid UTF-8', { cause: error });
  }
}
