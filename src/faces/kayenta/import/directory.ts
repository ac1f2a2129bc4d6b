import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../errors.ts';
import { KINDS, type Item, type Kind } from './item.ts';

/** The objects below a folder, as `<root>/<kind>/<id>/<file>.json`. */
export async function* listDirectory(root: string): AsyncIterable<Item> {
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => existsSync(join(root, kind)));
  if (kinds.length === 0) {
    const known = Object.keys(KINDS).join(', ');
    throw new Fault(
      'invalid-request',
      `folder "${root}" has none of ${known}: give the one that holds them`,
    );
  }
  for (const kind of kinds) {
    const entries = await readdir(join(root, kind), { withFileTypes: true });
    const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const id of ids.toSorted()) yield { kind, id, read: () => readOnly(join(root, kind, id)) };
  }
}

/** Kayenta finds an object only where it is alone. */
async function readOnly(folder: string): Promise<unknown> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  if (files.length === 1) return readJson(join(folder, files[0]!));
  const found = files.length === 0 ? 'no file' : `${files.length} files (${files.join(', ')})`;
  throw new Fault('invalid-request', `folder "${folder}" has ${found}, where Kayenta has one`);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === undefined ? `is not JSON: ${message}` : `cannot be read (${code})`;
    throw new Fault('invalid-request', `file "${file}" ${why}`, { cause: error });
  }
}
