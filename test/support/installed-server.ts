import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface InstalledServer {
  /** Where it lies. */
  place: string;
  /** False where it is installed, else the reason to skip. */
  skip: string | false;
}

/** A server that `.ci/servers` installs, by its name there and that of its directory, which carries its version. */
export function installedServer(name: string, directory: string): InstalledServer {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const home = process.env['CANARY_TEST_SERVERS'] ?? join(cache, 'canary-verdict', 'servers');
  const place = join(home, directory);
  const isThere = existsSync(join(place, 'complete'));
  return { place, skip: isThere ? false : `needs ${name}: .ci/servers ${name}` };
}
