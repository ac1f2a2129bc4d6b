import type { Command } from './command.ts';
import { readVersion } from '../version.ts';
import { parseOptions } from './parse-options.ts';

export const versionCommand: Command = {
  help: 'Usage: canary version\n\nPrints the version.\n',
  run(args) {
    parseOptions('version', {}, args);
    process.stdout.write(`canary-verdict ${readVersion()}\n`);
    return Promise.resolve(0);
  },
};
