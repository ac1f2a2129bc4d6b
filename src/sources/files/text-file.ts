import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Fault } from '../../errors.ts';

/** A file that is read once, from its begin to its end, and never held whole. */
export interface TextFile {
  path: string;
  /** Its first lines, before anything is read. */
  head: readonly string[];
  /** Whether no text begins so. */
  isBinary: boolean;
  /** Every line with its 1-based number, without its end; may be called once. */
  eachLine(take: (line: string, number: number) => void): Promise<void>;
}

const GZIP = [0x1f, 0x8b];
const CHUNK_BYTES = 256 * 1024;
/** A first line that is longer is no line: the file has another form. */
const MAX_HEAD_LENGTH = 4 * 1024 * 1024;

/**
 * Opens a file as text: UTF-8 or, by its mark, UTF-16; gzip by its content. A pipe will do. Throws what the file
 * system says; Fault `invalid-request` for gzip that is broken.
 */
export async function openTextFile(path: string): Promise<TextFile> {
  const batches = readBatches(await openBytes(path));
  const first = await batches.next();
  const head = first.done === true ? [] : first.value;
  return {
    path,
    head,
    isBinary: head.some((line) => line.includes('\0')),
    async eachLine(take) {
      let number = 0;
      const takeAll = (lines: readonly string[]) => {
        for (const line of lines) take(line, (number += 1));
      };
      takeAll(head);
      for await (const lines of batches) takeAll(lines);
    },
  };
}

async function openBytes(path: string): Promise<AsyncIterable<Buffer>> {
  const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES })[
    Symbol.asyncIterator
  ]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  const all = joined(first, chunks);
  const isZipped = first.done !== true && GZIP.every((byte, i) => first.value[i] === byte);
  if (!isZipped) return all;
  const inflated = createGunzip();
  pipeline(Readable.from(all, { objectMode: false }), inflated, () => {});
  return inflated as AsyncIterable<Buffer>;
}

async function* joined(
  first: IteratorResult<Buffer>,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

/** Lines as they come, many at once: one promise for each would take longer than reading them. */
async function* readBatches(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = '';
  try {
    for await (const chunk of bytes) {
      decoder ??= new TextDecoder(encodingOf(chunk));
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      if (lines.length > 0) yield lines.map(withoutReturn);
      else if (rest.length > MAX_HEAD_LENGTH && rest.includes('\0')) break;
    }
  } catch (cause) {
    if (!String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause;
    throw new Fault('invalid-request', 'is broken gzip: copy it again, whole', { cause });
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield [withoutReturn(rest)];
}

function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
