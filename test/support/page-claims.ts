import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { slugOf } from '../../src/report/docs/slug.ts';

const DOCS = new URL('../../docs/', import.meta.url);
/** What a link leads to, without a title: the path and the heading. */
const LINK = /\]\(([^)#\s]*)(?:#([^)\s]*))?(?:\s+'[^']*')?\)/g;
/** A link to a test file, and the quoted names that follow it. */
const CLAIM = /\]\((\.\.\/\.\.\/test\/[\w/.-]+)\)((?:,?\s*"[^"]+")+)/g;
/** A link to a test file whose title is the name of the test. */
const TITLED_CLAIM = /\]\((\.\.\/\.\.\/test\/[\w/.-]+)\s+'([^']+)'\)/g;

export interface Claim {
  /** As `textOf` takes it. */
  file: string;
  name: string;
}

/** Every page of `docs/`, but for the decisions: `how-to/security.md`. */
export function allPages(): string[] {
  return readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('decisions'))
    .sort();
}

/** The tests that a page of `docs/` names as what holds it. */
export function claimsOf(page: string): Claim[] {
  const text = textOf(page);
  const claims = [...text.matchAll(CLAIM)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ file, name })),
  );
  const titled = [...text.matchAll(TITLED_CLAIM)].map(([, file = '', name = '']) => ({
    file,
    name,
  }));
  return [...claims, ...titled].map(({ file, name }) => ({
    file: join(dirname(page), file),
    name: name.replaceAll(/\s+/g, ' '),
  }));
}

/** Names made from a table of cases stand in the file as a template. */
export function isTest({ file, name }: Claim): boolean {
  const source = textOf(file);
  if (source.includes(name)) return true;
  const templates = [...source.matchAll(/`([^`]*\$\{\w+\}[^`]*)`/g)].map(([, text = '']) => text);
  return templates.some((text) => {
    const parts = text
      .split(/\$\{\w+\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('\\w+')}$`).test(name);
  });
}

/** Links of a page of `docs/` that lead to no file, or to no heading of it. */
export function brokenLinks(page: string): string[] {
  return [...textOf(page).matchAll(LINK)]
    .filter(([, to = '']) => !/^https?:/.test(to))
    .filter(([, to = '', anchor]) => {
      const path = to === '' ? page : normalize(join(dirname(page), to));
      if (!existsSync(new URL(path, DOCS))) return true;
      return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).includes(anchor);
    })
    .map(([link]) => link);
}

/** The headings of a page as GitHub links them. */
function anchorsOf(page: string): string[] {
  const text = textOf(page).replaceAll(/^```[^]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slugOf(heading));
}

/** The text of a file, by its path from `docs/`. */
export function textOf(path: string): string {
  return readFileSync(new URL(path, DOCS), 'utf8');
}
