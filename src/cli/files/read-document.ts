import { readFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';

/** Reads a JSON or, by its ending, YAML file; `what` it is stands in the messages. */
export async function readDocument(what: string, file: string): Promise<unknown> {
  const text = await readText(what, file);
  try {
    return isYaml(file)
      ? (await import('../../contract/read-yaml.ts')).readYaml(text).value
      : (JSON.parse(text) as unknown);
  } catch (error) {
    const kind = isYaml(file) ? 'YAML' : 'JSON';
    const why = (error as Error).message.split('\n')[0]!;
    throw new Fault('invalid-request', `${what} "${file}" is not ${kind}: ${why}`, {
      cause: error,
    });
  }
}

export async function readText(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(what, file, error);
  }
}

export function unreadable(what: string, file: string, error: unknown): Fault {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  const why = WORDS[code] ?? code;
  return new Fault('invalid-request', `${what} "${file}" cannot be read: ${why}`, { cause: error });
}

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

export function isYaml(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}
