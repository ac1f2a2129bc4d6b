import { NO_VERDICT } from './exit-codes.ts';
import { countItem, emptyCounts, renderCounts, type Failure } from './kayenta/counts.ts';
import { listDirectory } from './kayenta/directory.ts';
import { createKayentaCaller } from './kayenta/http.ts';
import { KINDS, type Item } from './kayenta/item.ts';
import { listService } from './kayenta/service.ts';
import { createTarget } from './kayenta/target.ts';
import { parseServer } from './api-client.ts';
import { parseOptions, usageFault } from './parse-options.ts';
import { readServerOptions, readToken } from './server-options.ts';

const OPTIONS = {
  server: { type: 'string' },
  'token-file': { type: 'string' },
  'source-token-file': { type: 'string' },
  overwrite: { type: 'boolean' },
} as const;

/** Copies a Kayenta into a running service, and prints how it went. */
export async function importKayenta([source, ...args]: string[]): Promise<number> {
  if (source === undefined || source.startsWith('-')) {
    throw usageFault('a folder or an address is needed', 'canary import');
  }
  const { overwrite = false, ...options } = parseOptions('import', OPTIONS, args);
  const { server, token } = await readServerOptions(options);
  const target = createTarget(createKayentaCaller({ server, token }), overwrite);
  const failures: Failure[] = [];
  const counts = emptyCounts(KINDS);
  const items = listItems(source, await readToken(options['source-token-file']));
  for await (const item of items) await countItem(item, target, { counts, failures });
  process.stdout.write(renderCounts(counts, failures));
  return failures.length === 0 ? 0 : NO_VERDICT;
}

function listItems(source: string, token: string | undefined): AsyncIterable<Item> {
  if (!/^https?:\/\//.test(source)) return listDirectory(source);
  return listService(createKayentaCaller({ server: parseServer(source), token }));
}
