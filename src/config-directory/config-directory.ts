import { isDeepStrictEqual } from 'node:util';
import type { ConfigChecks } from '../analysis/accept/check-stored-config.ts';
import { toFault } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { readDirectory, type FiledConfig, type FileProblem } from './read-directory.ts';

/** Stands in the history of a config as who stored it. */
const BY = 'configs.directory';
const PAGE = 100;
/** A mount that has not come yet, or a checkout in the midst of a change: it must not delete every config. */
const EMPTY = 'holds no config file, so nothing is taken over and nothing is deleted';

export interface ConfigDirectoryOptions {
  directory: string | undefined;
  reloadEveryMs: number;
}

export interface ConfigDirectoryParts extends Pick<ConfigChecks, 'validateConfig'> {
  store: Pick<Store, 'configs'>;
  log: Log;
  now(): number;
}

export interface ConfigDirectory {
  /** Loads what is there, and again from time to time. */
  start(): Promise<void>;
  /** Loads once; the same files change nothing. */
  load(): Promise<void>;
  stop(): void;
  /** The file that a config comes from; undefined for one that belongs to the API. */
  fileOf(name: string): Promise<string | undefined>;
  problems(): readonly FileProblem[];
}

/**
 * Configs that live in files: what is valid there is stored under its name like any other version, what is not keeps
 * the last good one in force and is told. A config whose file has gone is deleted, once every file can be read.
 */
export function createConfigDirectory(
  { directory, reloadEveryMs }: ConfigDirectoryOptions,
  { store: { configs }, validateConfig, log, now }: ConfigDirectoryParts,
): ConfigDirectory {
  const files = new Map<string, string>();
  let problems: readonly FileProblem[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function load(): Promise<void> {
    if (directory === undefined) return;
    const content = await readDirectory(directory);
    const isEmpty = content.configs.length + content.problems.length === 0;
    const found = isEmpty ? [{ file: directory, message: EMPTY }] : [...content.problems];
    for (const one of content.configs) {
      const problem = await take(one).catch((error: unknown) => toFault(error).message);
      if (problem !== undefined) found.push({ file: one.file, message: problem });
    }
    if (found.length === 0) await forgetOthers(content.configs);
    tell(found);
  }

  /** What is wrong with it, or undefined once it is stored. */
  async function take({ file, name, document }: FiledConfig): Promise<string | undefined> {
    const { violations } = await validateConfig(document);
    const [first, ...others] = violations;
    if (first !== undefined) {
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
      return `${first.pointer} ${first.message}${more}`;
    }
    files.set(name, file);
    const stored = await configs.get(name);
    if (stored !== undefined && isDeepStrictEqual(stored.document, document)) return undefined;
    const isNew = stored === undefined && (await configs.create(name, document, now(), BY));
    if (!isNew) await configs.replace(name, document, now(), { by: BY });
    log.info({ config: name, file }, 'a config was taken from its file');
    return undefined;
  }

  /** Deletes what came from a file that has gone, also while no process was running. */
  async function forgetOthers(present: readonly FiledConfig[]): Promise<void> {
    const names = new Set(present.map(({ name }) => name));
    for (const name of files.keys()) if (!names.has(name)) files.delete(name);
    for (let after = ''; ;) {
      const page = await configs.list({ limit: PAGE, after });
      for (const { name } of page.filter((one) => !names.has(one.name))) {
        const [newest] = await configs.versions(name, { limit: 1 });
        if (newest?.by !== BY) continue;
        await configs.delete(name);
        log.info({ config: name }, 'a config was deleted, as its file has gone');
      }
      if (page.length < PAGE) return;
      after = page.at(-1)!.name;
    }
  }

  /** Once, not at every reload. */
  function tell(found: readonly FileProblem[]): void {
    const isNews = !isDeepStrictEqual(found, problems);
    problems = found;
    if (!isNews) return;
    for (const { file, message } of found) {
      log.warn(
        { file, problem: message },
        'a config file cannot be used; what it held before stays',
      );
    }
    if (found.length === 0) log.info('all config files can be used again');
  }

  function schedule(): void {
    timer = setTimeout(() => {
      void load()
        .catch((error: unknown) => log.warn({ err: error }, 'the config files could not be loaded'))
        .finally(() => {
          if (timer !== undefined) schedule();
        });
    }, reloadEveryMs);
    timer.unref();
  }

  return {
    load,
    async start() {
      if (directory === undefined) return;
      schedule();
      await load();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
    async fileOf(name) {
      const known = files.get(name);
      if (known !== undefined || directory === undefined) return known;
      const [newest] = await configs.versions(name, { limit: 1 });
      return newest?.by === BY ? 'that cannot be used now' : undefined;
    },
    problems: () => problems,
  };
}
