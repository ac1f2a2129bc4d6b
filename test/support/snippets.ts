import { textOf } from './page-claims.ts';

/** A block of code in a page of `docs/`. */
export interface Snippet {
  page: string;
  line: number;
  /** The section that it stands in. */
  section: string;
  language: string;
  /** What follows the language: `file=checkout.json`. */
  info: string;
  text: string;
}

/** Blocks may stand in lists, where they are indented. */
const BLOCK = /^( *)```(\S*)(?: (\S+))?\n([^]*?)^\1```$/gm;

export function snippetsOf(page: string): Snippet[] {
  const whole = textOf(page);
  return [...whole.matchAll(BLOCK)].map(
    ({ index, 1: indent = '', 2: language = '', 3: info = '', 4: body = '' }) => ({
      page,
      line: whole.slice(0, index).split('\n').length,
      section: [...whole.slice(0, index).matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? '',
      language,
      info,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}
