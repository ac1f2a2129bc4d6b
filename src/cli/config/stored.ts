import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { withoutControls } from '../../report/text.ts';
import { readDocument } from '../files/read-document.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { renderTable } from '../render-table.ts';
import { createConfigClient, type ConfigClient } from '../server/config-client.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { note, noteWarnings } from '../terminal.ts';
import { changesBetween } from './changes-between.ts';

type Schemas = components['schemas'];
type Version = Schemas['ConfigVersion'];

const OPTIONS = { ...SERVER_OPTIONS, version: { type: 'string' } } as const;

/** Stores files; what is stored already is left alone, so that a pipeline makes no versions of nothing. */
export async function pushConfigs(args: string[]): Promise<number> {
  const { client, words } = await open(args, { least: 1, most: Infinity, wanted: 'a file' });
  for (const file of words) {
    const document = await readDocument('config', file);
    print(`${file}: ${await push(client, document)}`);
  }
  return 0;
}

async function push(client: ConfigClient, document: unknown): Promise<string> {
  const { name } = (document ?? {}) as { name?: unknown };
  const current = (await client.list()).find((stored) => stored.name === name);
  if (current !== undefined && isDeepStrictEqual(current.config, document))
    return `config "${current.name}" is version ${current.version} already`;
  const stored =
    current === undefined
      ? await client.create(document)
      : await client.replace(current.name, document, current.version);
  noteWarnings(stored.warnings);
  return `stored as version ${stored.version} of config "${stored.name}"`;
}

/** Prints a stored config, as JSON. */
export async function getConfig(args: string[]): Promise<number> {
  const { client, words, version } = await open(args, { least: 1, most: 1, wanted: 'a name' });
  const { config } = await find(client, words[0]!, version);
  print(JSON.stringify(config, null, 2));
  return 0;
}

export async function listConfigs(args: string[]): Promise<number> {
  const { client } = await open(args, { least: 0, most: 0, wanted: 'no name' });
  const rows = (await client.list()).map(({ name, version, updatedAt, config }) => [
    name,
    String(version),
    updatedAt,
    config.owner ?? '',
  ]);
  printTable([['NAME', 'VERSION', 'UPDATED', 'OWNER'], ...rows]);
  return 0;
}

export async function showHistory(args: string[]): Promise<number> {
  const { client, words } = await open(args, { least: 1, most: 1, wanted: 'a name' });
  const versions = await client.versions(words[0]!);
  const rows = versions.map(({ version, createdAt, by = '', config }, at) => {
    const before = versions[at + 1];
    const changes =
      before === undefined ? '' : String(changesBetween(before.config, config).length);
    return [String(version), createdAt, by, changes];
  });
  printTable([['VERSION', 'STORED', 'BY', 'CHANGES'], ...rows]);
  return 0;
}

/** What a file would change, or what the last version of a stored config, or those since one, did. */
export async function diffConfigs(args: string[]): Promise<number> {
  const { client, words, version } = await open(args, {
    least: 1,
    most: 1,
    wanted: 'a file or a name',
  });
  const [word] = words as [string];
  const isFile = word.includes('/') || /\.(json|ya?ml)$/i.test(word);
  const changes = isFile
    ? await changesOfFile(client, word, version)
    : await changesOfVersion(client, word, version);
  for (const change of changes) print(change);
  if (changes.length === 0) note('canary: nothing differs');
  return 0;
}

async function changesOfFile(
  client: ConfigClient,
  file: string,
  version: number | undefined,
): Promise<string[]> {
  const document = await readDocument('config', file);
  const { name } = (document ?? {}) as { name?: unknown };
  if (typeof name !== 'string')
    throw new Fault('invalid-config', `config "${file}" has no name to look for`);
  return changesBetween((await find(client, name, version)).config, document);
}

async function changesOfVersion(
  client: ConfigClient,
  name: string,
  version: number | undefined,
): Promise<string[]> {
  const versions = await client.versions(name);
  const newest = versions[0]!;
  const from = versions.find((one) => one.version === (version ?? newest.version - 1));
  if (from === undefined) throw noVersion(name, version ?? newest.version - 1, versions);
  return changesBetween(from.config, newest.config);
}

/** The history outlives a config, so that only a version that is asked for is looked up there. */
async function find(
  client: ConfigClient,
  name: string,
  version: number | undefined,
): Promise<Pick<Version, 'version' | 'config'>> {
  if (version === undefined) return client.read(name);
  const versions = await client.versions(name);
  const found = versions.find((one) => one.version === version);
  if (found === undefined) throw noVersion(name, version, versions);
  return found;
}

function noVersion(name: string, version: number, versions: readonly Version[]): Fault {
  const known = versions.map((one) => one.version);
  const range = `kept are ${known.at(-1)} to ${known[0]}`;
  return new Fault('not-found', `config "${name}" has no version ${version}; ${range}`);
}

async function open(
  args: string[],
  { least, most, wanted }: { least: number; most: number; wanted: string },
): Promise<{ client: ConfigClient; words: string[]; version: number | undefined }> {
  const { words, values } = parseWords('config', OPTIONS, args);
  if (words.length < least || words.length > most)
    throw usageFault(`${wanted} is needed`, 'canary config');
  const onRetry = (why: string) => note(`canary: ${why}; trying again`);
  const client = createConfigClient({ ...(await readServerOptions(values)), onRetry });
  return { client, words, version: readVersion(values.version) };
}

function readVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageFault(`--version got "${text}", where a number is needed`, 'canary config');
}

function printTable(rows: string[][]): void {
  for (const line of renderTable(rows)) print(line.trimEnd());
}

function print(line: string): void {
  process.stdout.write(`${line.split('\n').map(withoutControls).join('\n')}\n`);
}
