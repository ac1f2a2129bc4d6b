import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';

const PACKAGE_FILES = ['../../package.json', '../../../package.json']; // from src/cli/ and from dist/src/cli/

export const versionCommand: Command = {
  help: 'Usage: canary version\n\nPrints the version.\n',
  run(args) {
    parseOptions('version', {}, args);
    process.stdout.write(`canary-verdict ${readVersion()}\n`);
    return Promise.resolve(0);
  },
};

function readVersion(): string {
  for (const file of PACKAGE_FILES) {
    try {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('package.json is missing from this installation');
}
