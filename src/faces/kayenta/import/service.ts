import { Fault } from '../../../errors.ts';
import type { KayentaCaller } from './http.ts';
import type { Item, Kind } from './item.ts';

interface Shelf {
  kind: Kind;
  path: string;
  accountParameter: string;
  accountType: string;
}

const SHELVES: readonly Shelf[] = [
  {
    kind: 'canary_config',
    path: '/canaryConfig',
    accountParameter: 'configurationAccountName',
    accountType: 'CONFIGURATION_STORE',
  },
  { kind: 'metrics', path: '/metricSetList', ...objectStore('accountName') },
  { kind: 'metric_pairs', path: '/metricSetPairList', ...objectStore('accountName') },
  { kind: 'canary_archive', path: '/canaryResultArchive', ...objectStore('storageAccountName') },
];

function objectStore(accountParameter: string) {
  return { accountParameter, accountType: 'OBJECT_STORE' };
}

/** The objects of every account of a running Kayenta; one id in several accounts counts once. */
export async function* listService(source: KayentaCaller): AsyncIterable<Item> {
  const accounts = await listAccounts(source);
  for (const shelf of SHELVES) {
    const seen = new Set<string>();
    for (const { name } of accounts.filter(({ types }) => types.includes(shelf.accountType))) {
      for (const item of await listShelf(source, shelf, name)) {
        if (!seen.has(item.id)) yield item;
        seen.add(item.id);
      }
    }
  }
}

async function listAccounts(source: KayentaCaller): Promise<{ name: string; types: unknown[] }[]> {
  const accounts = await ask(source, '/credentials');
  if (!Array.isArray(accounts)) {
    const text = `server ${source.server} answered something that is no list of accounts: check the address`;
    throw new Fault('source-answer', text);
  }
  return (accounts as { name?: unknown; supportedTypes?: unknown }[]).map((account) => ({
    name: String(account.name),
    types: Array.isArray(account.supportedTypes) ? account.supportedTypes : [],
  }));
}

/** A list that cannot be had is one item that cannot be read, so that it is told and the others are copied. */
async function listShelf(source: KayentaCaller, shelf: Shelf, account: string): Promise<Item[]> {
  const { kind, path, accountParameter } = shelf;
  const query = `?${new URLSearchParams({ [accountParameter]: account }).toString()}`;
  try {
    const list = (await ask(source, path + query)) as { id?: unknown }[];
    return list.map(({ id }) => ({
      kind,
      id: String(id),
      read: () => ask(source, `${path}/${encodeURIComponent(String(id))}${query}`),
    }));
  } catch (error) {
    const read = async () => {
      throw error;
    };
    return [{ kind, id: `all of account ${account}`, read }];
  }
}

async function ask(source: KayentaCaller, path: string): Promise<unknown> {
  const { status, json, message } = await source.call('GET', path);
  if (status === 200 && json !== undefined) return json;
  throw new Fault('source-refused', `server ${source.server} refused ${path}: ${message}`);
}
