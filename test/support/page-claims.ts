import { existsSync, readFileSync } from 'node:fs';

const DOCS = new URL('../../docs/', import.meta.url);
/** A link to a test file, and the quoted names that follow it. */
const CLAIM = /\]\((\.\.\/test\/[\w/.-]+)\)((?:,?\s*"[^"]+")+)/g;

export interface Claim {
  file: string;
  name: string;
}

/** The tests that a page of `docs/` names as what holds it. */
export function claimsOf(page: string): Claim[] {
  return [...textOf(page).matchAll(CLAIM)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({
      file,
      name: name.replaceAll(/\s+/g, ' '),
    })),
  );
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

/** Links of a page of `docs/` that lead nowhere. */
export function brokenLinks(page: string): string[] {
  const links = [...textOf(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to);
  return links.filter((to) => !existsSync(new URL(to, DOCS)));
}

export function textOf(path: string): string {
  return readFileSync(new URL(path, DOCS), 'utf8');
}
