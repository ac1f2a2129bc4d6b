import { Fault } from '../../errors.ts';
import { parseServer, type ApiClientOptions } from './api-client.ts';
import { readDuration } from '../parse-options.ts';
import { readUserConfig } from './user-config.ts';
import { readText } from '../files/read-document.ts';

/** Options of every command that asks a server. */
export const SERVER_OPTIONS = {
  server: { type: 'string' },
  'token-file': { type: 'string' },
  'retry-for': { type: 'string' },
} as const;

export const DEFAULT_SERVER = 'http://127.0.0.1:8090';
export const DEFAULT_RETRY = '30s';

/** Which server is asked, as whom, and how patiently. */
export async function readServerOptions(options: {
  [Name in keyof typeof SERVER_OPTIONS]?: string | undefined;
}): Promise<Omit<ApiClientOptions, 'onRetry'>> {
  const { CANARY_URL, CANARY_TOKEN, CANARY_SERVER } = process.env;
  if (CANARY_SERVER && !CANARY_URL) {
    throw new Fault(
      'invalid-request',
      'CANARY_SERVER is not read: the address of the server is CANARY_URL',
    );
  }
  const own = await readUserConfig(process.env);
  const tokenFile =
    options['token-file'] ??
    (CANARY_TOKEN ? undefined : own.tokenFileFor(options.server ?? CANARY_URL));
  return {
    server: parseServer(options.server ?? CANARY_URL ?? own.server ?? DEFAULT_SERVER),
    token: await readToken(tokenFile, CANARY_TOKEN),
    retryForMs: readDuration('retry-for', options['retry-for'] ?? DEFAULT_RETRY),
  };
}

/** The token in a file, or the one that takes its place; undefined without any. */
export async function readToken(
  file: string | undefined,
  otherwise?: string,
): Promise<string | undefined> {
  const text = file === undefined ? otherwise : await readText('token', file);
  const token = text?.trim();
  if (token === undefined || token === '') return undefined;
  // fetch would refuse it too, but with the token in its message
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  throw new Fault('invalid-request', 'the token holds characters that no header can carry');
}
