import { readFile, writeFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import type { Command } from '../command.ts';
import { openBundle } from '../../model/bundle.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { createLifecycleClient, type LifecycleClient } from '../server/lifecycle-client.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { reportUrl } from '../server/show-analysis.ts';
import { note } from '../terminal.ts';
import { SERVER_HELP } from './connect.ts';

type Schemas = components['schemas'];

export const bundleCommand: Command = {
  help: `Usage: canary bundle export ID FILE [OPTIONS]
       canary bundle import FILE [OPTIONS]

Saves an analysis that has ended as one file with all that its verdict came from: config, series, what the judge had
learned from, the verdict, the version. "canary judge --bundle FILE" judges it anywhere, without a server; "import" lets
another service judge it and keep it, with a report that says where it came from. The same file twice is one analysis.

${SERVER_HELP}

Exit codes: 0 saved or imported, 3 not.
`,
  async run(args) {
    const { words, values } = parseWords('bundle', SERVER_OPTIONS, args);
    const [action, ...given] = words;
    const wanted = { export: 2, import: 1 }[action ?? ''];
    if (given.length !== wanted) {
      const needed =
        'export with the id of an analysis and a file, or import with a file, is needed';
      throw usageFault(needed, 'canary bundle');
    }
    const connection = await readServerOptions(values);
    const onRetry = (why: string) => note(`canary: ${why}; trying again`);
    const client = createLifecycleClient({ ...connection, onRetry });
    const [first = '', file = ''] = given;
    await (action === 'export'
      ? save(client, first, file)
      : bring(client, first, connection.server));
    return 0;
  },
};

async function save(client: LifecycleClient, id: string, file: string): Promise<void> {
  const bundle = await client.bundle(id);
  try {
    await writeFile(file, `${JSON.stringify(bundle)}\n`);
  } catch (thrown) {
    const why = `the bundle cannot be written to "${file}": ${(thrown as Error).message}`;
    throw new Fault('invalid-request', why, { cause: thrown });
  }
  process.stdout.write(`${file}\n`);
}

/** What is wrong with it is said before it is sent, with the name of the file. */
async function bring(client: LifecycleClient, file: string, server: string): Promise<void> {
  const document = await readBundleFile(file);
  openBundle(document, file);
  const analysis = await client.importBundle(document as Schemas['Bundle']);
  const { id, verdict, score } = analysis;
  process.stdout.write(`${id} ${verdict}, score ${score}\n${reportUrl(analysis, server)}\n`);
}

/** What stands in the file, unchecked. Fault `invalid-request` where it is no whole JSON. */
export async function readBundleFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (thrown) {
    const isSyntax = thrown instanceof SyntaxError;
    const why = isSyntax
      ? 'is no whole JSON: it was cut off, or is no bundle; export it again'
      : `cannot be read: ${(thrown as Error).message}`;
    throw new Fault('invalid-request', `bundle "${file}" ${why}`, { cause: thrown });
  }
}
