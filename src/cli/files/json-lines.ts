import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { NO_VERDICT } from '../exit-codes.ts';
import { unreadable } from './read-document.ts';

/** A line's JSON object, or why it is none. */
type JsonLine = { given: Record<string, unknown> } | { threw: string };

/**
 * Answers each line of a file (`-` = stdin) with one line on stdout, in order and as it comes. A line
 * that is no JSON object is answered too, with a null case. 3 when nobody reads the answers any more.
 */
export async function answerLines(
  file: string,
  answer: (given: Record<string, unknown>) => object | Promise<object>,
): Promise<number> {
  let hasReader = true;
  process.stdout.once('close', () => {
    hasReader = false;
  });
  for await (const { read } of jsonLines('batch', file)) {
    const found =
      'threw' in read
        ? { case: null, ...read }
        : { case: read.given['case'] ?? null, ...(await answer(read.given)) };
    if (!process.stdout.write(`${JSON.stringify(found)}\n`)) await drained();
    if (!hasReader) return NO_VERDICT;
  }
  return 0;
}

/** The lines of a file (`-` = stdin) as they come, counted from 1; `what` it is, for the message when it cannot be read. */
export async function* jsonLines(
  what: string,
  file: string,
): AsyncGenerator<{ read: JsonLine; number: number }> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of readLines(input, what, file)) {
    number += 1;
    yield { read: readLine(line, number), number };
  }
}

function readLine(line: string, number: number): JsonLine {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch (error) {
    const why = (error as Error).message;
    return { threw: `invalid-request: line ${number} is not JSON: ${why}` };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { threw: `invalid-request: line ${number} is no JSON object` };
  }
  return { given: given as Record<string, unknown> };
}

/** Only a line feed ends a line: other separators may stand inside a JSON text. */
async function* readLines(input: Readable, what: string, file: string): AsyncGenerator<string> {
  let parts: string[] = [];
  input.setEncoding('utf8');
  try {
    for await (const chunk of input as AsyncIterable<string>) {
      const [first, ...others] = chunk.split('\n');
      parts.push(first!);
      for (const other of others) {
        yield parts.join('');
        parts = [other];
      }
    }
  } catch (error) {
    throw unreadable(what, file, error);
  }
  const last = parts.join('');
  if (last !== '') yield last;
}

/** Also ends when the reader went away, after which no drain will come. */
function drained(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    const settle = () => {
      stdout.off('drain', settle).off('close', settle);
      resolve();
    };
    stdout.on('drain', settle).on('close', settle);
  });
}
