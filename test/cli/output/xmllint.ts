import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCHEMA = fileURLToPath(new URL('junit.xsd', import.meta.url));

/** False, or why XML cannot be read here. */
export const XMLLINT_SKIP =
  spawnSync('xmllint', ['--version']).error === undefined
    ? false
    : 'needs xmllint (Debian: libxml2-utils)';

/** What breaks the rules of JUnit XML, or of XML itself; empty when nothing does. */
export function junitProblems(xml: string): string {
  const run = spawnSync('xmllint', ['--noout', '--schema', SCHEMA, '-'], { input: xml });
  return run.status === 0 ? '' : run.stderr.toString();
}

/** What an XPath expression gives as text, as the parser reads it. */
export function xpath(xml: string, expression: string): string {
  const run = spawnSync('xmllint', ['--xpath', `string(${expression})`, '-'], { input: xml });
  return run.stdout.toString().replace(/\n$/, '');
}
