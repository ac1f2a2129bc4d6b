import { writeFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';
import type { Command } from '../command.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { createLifecycleClient } from '../server/lifecycle-client.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { note } from '../terminal.ts';
import { SERVER_HELP } from './connect.ts';

export const bundleCommand: Command = {
  help: `Usage: canary bundle export ID FILE [OPTIONS]

Saves an analysis that has ended as one file with all that its verdict came from: config, series, what the judge had
learned from, the verdict, the version. "canary judge --bundle FILE" judges it anywhere, without a server.

${SERVER_HELP}

Exit codes: 0 saved, 3 there is no such analysis, or it could not be written.
`,
  async run(args) {
    const { words, values } = parseWords('bundle', SERVER_OPTIONS, args);
    const [action, id, file, ...rest] = words;
    if (action !== 'export' || id === undefined || file === undefined || rest.length > 0)
      throw usageFault('export, the id of an analysis and a file are needed', 'canary bundle');
    const connection = await readServerOptions(values);
    const onRetry = (why: string) => note(`canary: ${why}; trying again`);
    const bundle = await createLifecycleClient({ ...connection, onRetry }).bundle(id);
    try {
      await writeFile(file, `${JSON.stringify(bundle)}\n`);
    } catch (thrown) {
      const why = `the bundle cannot be written to "${file}": ${(thrown as Error).message}`;
      throw new Fault('invalid-request', why, { cause: thrown });
    }
    process.stdout.write(`${file}\n`);
    return 0;
  },
};
