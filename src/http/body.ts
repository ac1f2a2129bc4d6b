import type { IncomingMessage } from 'node:http';
import { Fault } from '../errors.ts';

/**
 * Reads a JSON body. The bytes are counted as they come and an over-long upload is cut off at once:
 * body-parser would read it to its end before it answers.
 */
export async function readJsonBody<T = unknown>(
  request: IncomingMessage,
  maxBytes: number,
  parse: (text: string) => T = JSON.parse,
): Promise<T> {
  checkHeaders(request, 'application/json');
  const text = await readText(request, maxBytes);
  if (text.trim() === '') {
    throw new Fault('invalid-request', 'the request has no body: send JSON, `{}` at least');
  }
  try {
    return parse(text);
  } catch (error) {
    throw new Fault('invalid-request', `the request body is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Reads the fields of a form; of a repeated one the last counts. */
export async function readFormBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Record<string, string>> {
  checkHeaders(request, 'application/x-www-form-urlencoded');
  return Object.fromEntries(new URLSearchParams(await readText(request, maxBytes)));
}

/** Reads a body as it stands, for whoever must verify its bytes first; `setting` is the limit's name. */
export async function readRawBody(
  request: IncomingMessage,
  maxBytes: number,
  setting: string,
): Promise<Buffer> {
  checkEncoding(request);
  return readBytes(request, maxBytes, setting);
}

/** Takes a body that nobody reads, whatever it is, so that the connection can go on. */
export async function discardBody(request: IncomingMessage, maxBytes: number): Promise<undefined> {
  await readBytes(request, maxBytes);
  return undefined;
}

function checkHeaders(request: IncomingMessage, wanted: string): void {
  const type = request.headers['content-type'] ?? '';
  if (type.split(';')[0]!.trim().toLowerCase() !== wanted) {
    const found = type === '' ? 'has no content type' : `is "${type}"`;
    throw new Fault('unsupported-media-type', `the request body ${found}: send ${wanted}`);
  }
  checkEncoding(request);
}

function checkEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new Fault(
      'unsupported-media-type',
      `the request body is encoded as "${encoding}": send it plain`,
    );
  }
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('invalid-request', 'the request body is no valid UTF-8', { cause: error });
  }
}

async function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  setting = 'server.maxBodyBytes',
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes)
      throw new Fault(
        'payload-too-large',
        `the request body is larger than ${maxBytes} bytes: send less, or raise ${setting}`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
