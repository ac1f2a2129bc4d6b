import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { didYouMean } from '../../closest.ts';
import { Fault } from '../../errors.ts';
import { readDocument } from '../files/read-document.ts';
import { parseServer } from './api-client.ts';

const MEMBERS = ['server', 'tokenFile'] as const;

/** What a person has written down once instead of with every command. */
export interface UserConfig {
  server: string | undefined;
  /** For this server; undefined when the file names another one, as a token is no one else's business. */
  tokenFileFor(server: string | undefined): string | undefined;
}

/**
 * Reads `canary/config.yaml` below XDG_CONFIG_HOME or `~/.config`, which need not be there: `server`, an address, and
 * `tokenFile`, a path that is relative to its directory. A token itself is refused: this file gets copied and shown.
 */
export async function readUserConfig(env: NodeJS.ProcessEnv): Promise<UserConfig> {
  const home = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  const directory = join(home, 'canary');
  const file = join(directory, 'config.yaml');
  if (!existsSync(file)) return { server: undefined, tokenFileFor: () => undefined };
  const document = (await readDocument('configuration', file)) ?? {};
  const refuse = (why: string) => new Fault('invalid-request', `configuration "${file}" ${why}`);
  if (typeof document !== 'object' || Array.isArray(document)) throw refuse('is no object');
  for (const [name, value] of Object.entries(document)) {
    if (name === 'token') throw refuse('holds a token: put it into a file and name it, tokenFile');
    if (!(MEMBERS as readonly string[]).includes(name)) {
      const hint = didYouMean(name, MEMBERS) || ': server and tokenFile can be there';
      throw refuse(`has "${name}"${hint}`);
    }
    if (typeof value !== 'string' || value === '') throw refuse(`has no text for "${name}"`);
  }
  const { server, tokenFile } = document as { [Name in (typeof MEMBERS)[number]]?: string };
  const path = tokenFile === undefined ? undefined : resolve(directory, tokenFile);
  const own = server === undefined ? undefined : parseServer(server);
  return {
    server: own,
    tokenFileFor: (asked) =>
      asked === undefined || own === undefined || parseServer(asked) === own ? path : undefined,
  };
}
