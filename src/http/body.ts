import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
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
  return parseJson(await readText(request, maxBytes), parse);
}

/** The JSON that a body holds. */
export function parseJsonBody(bytes: Buffer): unknown {
  return parseJson(decodeText(bytes), JSON.parse);
}

function parseJson<T>(text: string, parse: (text: string) => T): T {
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

/** Reading YAML takes 20 times as long as JSON, in which nothing else is answered. */
const MAX_YAML_BYTES = 256 * 1024;
const YAML = 'application/yaml';

/** Reads a body of JSON or, where its type says so, of YAML (RFC 9512), which a form of a page cannot send. */
export async function readDocumentBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<unknown> {
  if (typeOf(request) !== YAML) return readJsonBody(request, maxBytes);
  checkEncoding(request);
  const isOwn = maxBytes > MAX_YAML_BYTES;
  const text = isOwn
    ? await readText(request, MAX_YAML_BYTES, 'send it as JSON')
    : await readText(request, maxBytes);
  const { readYaml, YamlMistake } = await import('../contract/read-yaml.ts'); // few send it
  try {
    return readYaml(text).value;
  } catch (error) {
    if (!(error instanceof YamlMistake)) throw error;
    const { line, column } = error.place;
    const at = `line ${line}, column ${column}`;
    throw error.withMessage(`the request body is no YAML: ${at}: ${error.message}`);
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
  return readBytes(request, maxBytes, `raise ${setting}`);
}

/** Reads a body that may be gzip, whose limit counts for what it becomes as well. */
export async function readCompressibleBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer> {
  if (request.headers['content-encoding'] !== 'gzip') {
    checkEncoding(request);
    return readBytes(request, maxBytes);
  }
  const bytes = await readBytes(request, maxBytes);
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new Fault('invalid-request', 'the request body is no gzip', { cause: error });
  }
}

const unzip = promisify(gunzip);

/** Takes a body that nobody reads, whatever it is, so that the connection can go on. */
export async function discardBody(request: IncomingMessage, maxBytes: number): Promise<undefined> {
  await readBytes(request, maxBytes);
  return undefined;
}

function checkHeaders(request: IncomingMessage, wanted: string): void {
  if (typeOf(request) !== wanted) {
    const type = request.headers['content-type'] ?? '';
    const found = type === '' ? 'has no content type' : `is "${type}"`;
    throw new Fault('unsupported-media-type', `the request body ${found}: send ${wanted}`);
  }
  checkEncoding(request);
}

/** Media type of a body, without its parameters. */
export function typeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
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

function tooLarge(maxBytes: number, advice = 'raise server.maxBodyBytes'): Fault {
  const text = `the request body is larger than ${maxBytes} bytes: send less, or ${advice}`;
  return new Fault('payload-too-large', text);
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('invalid-request', 'the request body is no valid UTF-8', { cause: error });
  }
}

async function readText(
  request: IncomingMessage,
  maxBytes: number,
  advice?: string,
): Promise<string> {
  return decodeText(await readBytes(request, maxBytes, advice));
}

async function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  advice?: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes, advice);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
