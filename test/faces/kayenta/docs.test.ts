// docs/kayenta.md claims only what a test holds: every test that it names is there, and what it links is too.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const PAGE = readFileSync(new URL('../../../docs/kayenta.md', import.meta.url), 'utf8');
/** A link to a test file, and the quoted names that follow it. */
const CLAIM = /\]\((\.\.\/test\/[\w/.-]+)\)((?:,?\s*"[^"]+")+)/g;
const at = (path: string) => new URL(path, new URL('../../../docs/', import.meta.url));

test('every test that the page names exists', () => {
  const claims = [...PAGE.matchAll(CLAIM)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({
      file,
      name: name.replaceAll(/\s+/g, ' '),
    })),
  );
  assert.ok(claims.length > 30, String(claims.length));
  const missing = claims.filter(({ file, name }) => !namesOf(file, name));
  assert.deepEqual(missing, []);
});

/** Names made from a table of cases stand in the file as a template. */
function namesOf(file: string, name: string): boolean {
  const source = readFileSync(at(file), 'utf8');
  if (source.includes(name)) return true;
  const templates = [...source.matchAll(/`([^`]*\$\{\w+\}[^`]*)`/g)].map(([, text = '']) => text);
  return templates.some((text) => {
    const parts = text
      .split(/\$\{\w+\}/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('\\w+')}$`).test(name);
  });
}

test('every link of the page leads somewhere', () => {
  const links = [...PAGE.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
  assert.deepEqual(
    links.filter((path) => !existsSync(at(path))),
    [],
  );
});
