import type { CommandText } from './command.ts';

/** docs/reference/options.md, to be formatted: what `--help` of each command prints. */
export function renderHelpPage(overview: string, commands: readonly CommandText[]): string {
  const byName = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = byName.map(({ name, help }) => `## canary ${name}\n\n${block(help)}`);
  return `# Options of every command

What \`--help\` prints; written by \`npm run generate\`. [The command \`canary\`](cli.md) shows them at work.

${block(overview)}

${sections.join('\n\n')}
`;
}

const block = (text: string) => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
