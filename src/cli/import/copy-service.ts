import { NO_VERDICT } from '../exit-codes.ts';
import type { CopyJob, ForeignCopy } from '../foreign.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { parseServer } from '../server/api-client.ts';
import { readServerOptions, readToken } from '../server/server-options.ts';

const OPTIONS = {
  server: { type: 'string' },
  'token-file': { type: 'string' },
  'source-token-file': { type: 'string' },
  overwrite: { type: 'boolean' },
} as const;

/** Copies another tool's service into a running one of ours, and prints how it went. */
export async function copyService(copy: ForeignCopy, [source, ...args]: string[]): Promise<number> {
  if (source === undefined || source.startsWith('-')) {
    throw usageFault('a folder or an address is needed', 'canary import');
  }
  const { overwrite = false, ...options } = parseOptions('import', OPTIONS, args);
  const { server, token } = await readServerOptions(options);
  const from = await readSource(source, options['source-token-file']);
  const { report, isWhole } = await copy.run({ from, to: { server, token }, overwrite });
  process.stdout.write(report);
  return isWhole ? 0 : NO_VERDICT;
}

async function readSource(source: string, tokenFile: string | undefined): Promise<CopyJob['from']> {
  if (!/^https?:\/\//.test(source)) return { folder: source };
  return { server: parseServer(source), token: await readToken(tokenFile) };
}
