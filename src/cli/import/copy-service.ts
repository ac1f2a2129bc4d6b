import { NO_VERDICT } from '../exit-codes.ts';
import {
  countItem,
  emptyCounts,
  renderCounts,
  type Failure,
} from '../../faces/kayenta/import/counts.ts';
import { listDirectory } from '../../faces/kayenta/import/directory.ts';
import { createKayentaCaller } from '../../faces/kayenta/import/http.ts';
import { KINDS, type Item } from '../../faces/kayenta/import/item.ts';
import { listService } from '../../faces/kayenta/import/service.ts';
import { createTarget } from '../../faces/kayenta/import/target.ts';
import { parseServer } from '../server/api-client.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { readServerOptions, readToken } from '../server/server-options.ts';

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
