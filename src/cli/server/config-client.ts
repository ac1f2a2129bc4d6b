import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { callServer, checkMember, postOf, type ApiClientOptions, type Call } from './api-client.ts';

type Schemas = components['schemas'];

/** What a server does for configs. */
export interface ConfigClient {
  validate(document: unknown): Promise<Schemas['ConfigValidation']>;
  create(document: unknown): Promise<Schemas['StoredConfig']>;
  /** Only that version; the server refuses where somebody has stored another one. */
  replace(name: string, document: unknown, version: number): Promise<Schemas['StoredConfig']>;
  read(name: string): Promise<Schemas['StoredConfig']>;
  /** Of every config, by name. */
  list(): Promise<Schemas['StoredConfig'][]>;
  /** Every version that is kept, newest first. */
  versions(name: string): Promise<Schemas['ConfigVersion'][]>;
}

interface Page<Item> {
  items: Item[];
  next?: string;
}

const ANSWER_TIMEOUT_MS = 30_000;
const CONFIGS = '/api/v1/configs';

export function createConfigClient(options: ApiClientOptions): ConfigClient {
  const { server } = options;
  const ask = (call: Omit<Call, 'timeoutMs'>) =>
    callServer(options, { ...call, timeoutMs: ANSWER_TIMEOUT_MS });
  const addressOf = (name: string) => `${CONFIGS}/${encodeURIComponent(name)}`;
  const stored = async (call: Omit<Call, 'timeoutMs'>) => checkStored(await ask(call), server);
  const all = async <Item>(what: string, path: string): Promise<Item[]> => {
    const items: Item[] = [];
    for (let page: string | undefined = `${path}?limit=200`; page !== undefined;) {
      const call: Omit<Call, 'timeoutMs'> = { what, method: 'GET', path: page };
      const answer: Page<Item> = checkMember<Page<Item>>(await ask(call), 'items', call, options);
      items.push(...answer.items);
      page = answer.next;
    }
    return items;
  };
  return {
    async validate(document) {
      const call = postOf('to look at the config', `${CONFIGS}/validate`, document);
      const answer = await ask(call);
      return checkMember<Schemas['ConfigValidation']>(answer, 'violations', call, options);
    },
    create: (document) => stored(postOf('the config', CONFIGS, document)),
    replace(name, document, version) {
      const call = postOf('the config', addressOf(name), document);
      const headers = { ...call.headers, 'if-match': `"${version}"` };
      return stored({ ...call, method: 'PUT', headers });
    },
    read: (name) => stored({ what: 'to show the config', method: 'GET', path: addressOf(name) }),
    list: () => all('to list the configs', CONFIGS),
    versions: (name) => all('to show the config', `${addressOf(name)}/versions`),
  };
}

/** Enough to tell the API from some other page that answers 200. */
function checkStored(answer: unknown, server: string): Schemas['StoredConfig'] {
  const stored = answer as Partial<Schemas['StoredConfig']> | undefined | null;
  if (typeof stored?.version === 'number') return stored as Schemas['StoredConfig'];
  const text = `server ${server} answered something that is no config: check the address`;
  throw new Fault('source-answer', text);
}
