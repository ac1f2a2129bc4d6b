import { format, resolveConfig } from 'prettier';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/explanation/simulation.md', import.meta.url);
const START = '<!-- simulate -->';
const END = '<!-- /simulate -->';

/** Puts the tables between their marks in docs/explanation/simulation.md, or at its end. */
export async function writeTables(tables: string, effort: number): Promise<void> {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Simulated error rates\n';
  const command = `npm run simulate -- ${effort === 1 ? '' : `--effort ${effort} `}--write`;
  const text = `${START}

\`${command}\` simulated these tables with this code; seeds are fixed, so that it does so again.

${tables}

${END}`;
  const style = await resolveConfig(PAGE);
  writeFileSync(PAGE, await format(place(page, text), { ...style, parser: 'markdown' }));
}

function place(page: string, text: string): string {
  const [before = '', rest] = page.split(START);
  if (rest === undefined) return `${page.trimEnd()}\n\n${text}\n`;
  return `${before}${text}${rest.split(END)[1] ?? '\n'}`;
}
