import { stringify } from 'yaml';
import { didYouMean } from '../closest.ts';
import { PACKS } from '../packs/catalog.ts';
import { describePack } from '../packs/describe-pack.ts';
import type { Pack } from '../packs/pack.ts';
import { renderPage } from '../packs/render-page.ts';
import type { Command } from './command.ts';
import { parseOptions, usageFault } from './parse-options.ts';
import { renderTable } from './render-table.ts';

const OPTIONS = { json: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;

export const packsCommand: Command = {
  help: `Usage: canary packs [NAME] [--json | --markdown]

Lists the query packs that a config may name in "use", nearest to the caller first, or shows one: what a
scope is, which parameters a request gives, and its metrics as a config would write them.

  --json       the same for programs
  --markdown   all of them as a page

Exit codes: 0, or 3 where there is no such pack.
`,
  run(args) {
    const [name, options] = readArguments(args);
    process.stdout.write(
      options.markdown === true ? renderPage(PACKS) : show(name, options.json === true),
    );
    return Promise.resolve(0);
  },
};

function readArguments(args: string[]) {
  const isNamed = args[0] !== undefined && !args[0].startsWith('-');
  const options = parseOptions('packs', OPTIONS, isNamed ? args.slice(1) : args);
  return [isNamed ? args[0] : undefined, options] as const;
}

function show(name: string | undefined, isJson: boolean): string {
  const one = name === undefined ? undefined : describePack(packOf(name));
  const all = [...PACKS].sort((a, b) => a.priority - b.priority);
  if (isJson) return `${JSON.stringify(one ?? all.map(describePack), null, 2)}\n`;
  if (one !== undefined) return stringify(one, { lineWidth: 0 });
  const rows = all.map(({ name, title }) => [name, title]);
  return `${renderTable([['PACK', 'READS'], ...rows]).join('\n')}\n`;
}

function packOf(name: string): Pack {
  const pack = PACKS.find((one) => one.name === name);
  if (pack !== undefined) return pack;
  const names = PACKS.map((one) => one.name);
  throw usageFault(`there is no query pack "${name}"${didYouMean(name, names)}`, 'canary packs');
}
