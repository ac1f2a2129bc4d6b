import type { Command } from '../command.ts';
import { unknownWord } from '../parse-options.ts';
import { DEFAULT_RETRY, DEFAULT_SERVER } from '../server/server-options.ts';

export const configCommand: Command = {
  help: `Usage: canary config validate FILE... [--server URL] [--output text|json]
       canary config push FILE...
       canary config get NAME [--version N]
       canary config list
       canary config diff FILE|NAME [--version N]
       canary config history NAME

Looks after configs, as files (.json, .yaml, .yml) and on a server.

validate tells every problem of each file and every warning, with line and column: by the rules of the service, but
without its accounts, unless --server has a running one look.

push stores files: new ones, and new versions of what differs; where somebody stores another version meanwhile, it is refused.
get prints a stored config. diff tells what a file would change, or what the last version of a stored config did. history
tells who stored which version, and how many places it changed.

  --version N          get: this version; diff: compare with this one

  --server URL         ask this service, which knows its accounts (default of the others: CANARY_URL, else
                       ${DEFAULT_SERVER})
  --token-file FILE    bearer token; CANARY_TOKEN otherwise
  --retry-for D        how long to try while the server does not answer (${DEFAULT_RETRY})
  --output FORMAT      text (default) or json

Exit codes: 0 done, or every file is valid; 3 otherwise.
`,
  async run([action = '', ...args]) {
    const load = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (load !== undefined) return (await load())(args);
    throw unknownWord(action, Object.keys(ACTIONS), 'canary config');
  },
};

/** Each is loaded when called for. */
const ACTIONS: Record<string, () => Promise<(args: string[]) => Promise<number>>> = {
  push: async () => (await import('./stored.ts')).pushConfigs,
  get: async () => (await import('./stored.ts')).getConfig,
  list: async () => (await import('./stored.ts')).listConfigs,
  diff: async () => (await import('./stored.ts')).diffConfigs,
  history: async () => (await import('./stored.ts')).showHistory,
  validate: async () => (await import('./validate.ts')).validateFiles,
};
