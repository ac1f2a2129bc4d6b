import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../errors.ts';
import { reasonOf, refusal, type ApiClientOptions } from '../server/api-client.ts';

const WHAT = 'to copy its store';

/**
 * Asks a service for a copy of its store and writes it to a file that does not exist yet. Fault unless it is what the
 * service has sent, to the last byte.
 */
export async function downloadBackup(
  { server, token }: Pick<ApiClientOptions, 'server' | 'token'>,
  file: string,
): Promise<void> {
  const response = await ask(server, token);
  if (!response.ok) throw refusal(server, WHAT, response, await response.text());
  const wanted = /^sha-256=:([A-Za-z0-9+/=]+):$/.exec(response.headers.get('content-digest') ?? '');
  if (wanted === null || response.body === null) throw incomplete(server, 'no copy of a store');
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body);
  try {
    await pipeline(body, hashing, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (thrown) {
    const isOurs = thrown instanceof Error && 'syscall' in thrown && 'path' in thrown;
    throw isOurs ? unwritable(file, thrown) : incomplete(server, `a part: ${reasonOf(thrown)}`);
  }
  if (hash.digest('base64') !== wanted[1]) throw incomplete(server, 'something else than it said');
}

async function ask(server: string, token: string | undefined): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    return await fetch(`${server}/api/v1/backup`, { headers: authorization, redirect: 'manual' });
  } catch (thrown) {
    const text = `server ${server} does not answer: ${reasonOf(thrown)}`;
    throw new Fault('source-unavailable', text, { retryable: true, cause: thrown });
  }
}

function incomplete(server: string, what: string): Fault {
  return new Fault('source-answer', `server ${server} sent ${what}; no backup was written`);
}

function unwritable(file: string, thrown: Error): Fault {
  const text = `the backup cannot be written to "${file}": ${thrown.message}`;
  return new Fault('invalid-request', text, { cause: thrown });
}
