import { stringify } from 'yaml';
import { didYouMean } from '../closest.ts';
import { PACKS } from '../packs/catalog.ts';
import { describePack } from '../packs/describe-pack.ts';
import type { Pack } from '../packs/pack.ts';
import type { Command } from './command.ts';
import { parseOptions, usageFault } from './parse-options.ts';
import { renderTable } from './render-table.ts';

export const packsCommand: Command = {
  help: `Usage: canary packs [NAME] [--json]

Lists the query packs that a config may name in "use", nearest to the caller first, or shows one: what a
scope is, which parameters a request gives, and its metrics as a config would write them.

  --json   the same for programs

Exit codes: 0, or 3 where there is no such pack.
`,
  run(args) {
    const options = parseOptions(
      'packs',
      { json: { type: 'boolean' } } as const,
      args.slice(named(args)),
    );
    const [name] = args.slice(0, named(args));
    const shown = name === undefined ? [...PACKS].sort(nearest) : packOf(name);
    process.stdout.write(options.json === true ? asJson(shown) : asText(shown));
    return Promise.resolve(0);
  },
};

/** How many names stand in front of the options. */
function named([first]: string[]): 0 | 1 {
  return first === undefined || first.startsWith('-') ? 0 : 1;
}

function nearest(a: Pack, b: Pack): number {
  return a.priority - b.priority;
}

function packOf(name: string): Pack {
  const pack = PACKS.find((one) => one.name === name);
  if (pack !== undefined) return pack;
  const names = PACKS.map((one) => one.name);
  throw usageFault(`there is no query pack "${name}"${didYouMean(name, names)}`, 'canary packs');
}

function asJson(shown: Pack | readonly Pack[]): string {
  const described = 'name' in shown ? describePack(shown) : shown.map(describePack);
  return `${JSON.stringify(described, null, 2)}\n`;
}

function asText(shown: Pack | readonly Pack[]): string {
  if ('name' in shown) return stringify(describePack(shown), { lineWidth: 0 });
  const rows = shown.map(({ name, title }) => [name, title]);
  return `${renderTable([['PACK', 'READS'], ...rows]).join('\n')}\n`;
}
