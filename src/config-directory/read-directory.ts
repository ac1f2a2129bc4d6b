import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readYaml, YamlMistake } from '../contract/read-yaml.ts';
import { toFault } from '../errors.ts';

/** One config as its file has it. */
export interface FiledConfig {
  /** Name of the file in the directory. */
  file: string;
  name: string;
  document: unknown;
}

/** What keeps a file from being used; what it held before stays in force. */
export interface FileProblem {
  file: string;
  message: string;
}

export interface DirectoryContent {
  configs: FiledConfig[];
  problems: FileProblem[];
}

const CONFIG_FILE = /^[^.].*\.(ya?ml|json)$/;
const MOST_BYTES = 1_048_576;

/**
 * Reads the configs of a directory: its `.yaml`, `.yml` and `.json` files, one config each, none of which begins
 * with a dot, as Kubernetes' own folders in a mounted ConfigMap do. A directory that cannot be read is one problem.
 */
export async function readDirectory(directory: string): Promise<DirectoryContent> {
  let names: string[];
  try {
    names = (await readdir(directory)).filter((name) => CONFIG_FILE.test(name)).toSorted();
  } catch (error) {
    return { configs: [], problems: [{ file: directory, message: toFault(error).message }] };
  }
  const read = await Promise.all(names.map((file) => readConfig(directory, file)));
  const configs = read.filter((one) => 'document' in one);
  const problems = read.filter((one) => 'message' in one);
  const twice = configs.filter(({ name }, index) =>
    configs.some((other, at) => at !== index && other.name === name),
  );
  return {
    configs: configs.filter((one) => !twice.includes(one)),
    problems: [
      ...problems,
      ...twice.map(({ file, name }) => ({
        file,
        message: `the config "${name}" is in ${twice.filter((one) => one.name === name).length} files: keep one of them`,
      })),
    ],
  };
}

async function readConfig(directory: string, file: string): Promise<FiledConfig | FileProblem> {
  try {
    const bytes = await readFile(join(directory, file));
    if (bytes.length > MOST_BYTES) return { file, message: 'is larger than 1 MiB' };
    const { value } = readYaml(bytes.toString('utf8'));
    const { name } = (value ?? {}) as { name?: unknown };
    if (typeof name !== 'string') return { file, message: 'has no `name`: a config needs one' };
    return { file, name, document: value };
  } catch (error) {
    const place =
      error instanceof YamlMistake
        ? `line ${error.place.line}, column ${error.place.column}: `
        : '';
    return { file, message: place + toFault(error).message };
  }
}
