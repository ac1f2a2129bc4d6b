import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { FACE_SETTINGS } from '../../src/compose/faces.ts';
import { loadContract } from '../../src/contract/contract.ts';
import { variableNames } from '../../src/settings/layers.ts';
import { schemaOf } from '../../src/settings/schema.ts';

const REPOSITORY = new URL('../../', import.meta.url);

/** A file of the repository, by its path from the root. */
export function shipped(path: string): string {
  return readFileSync(new URL(path, REPOSITORY), 'utf8');
}

const DEFAULTS = parse(shipped('config/default.yaml')) as { server: { port: number } };
const VARIABLES = new Set([...variableNames(schemaOf(FACE_SETTINGS)), 'CANARY_CONFIG']);
const PATHS = loadContract().operations.map(({ method, path }) => `${method} ${path}`);

/** The port that the program listens on unless it is told otherwise. */
export const PORT = DEFAULTS.server.port;

/** Fails unless each variable that is ours by its name is a setting. */
export function areSettings(variables: Iterable<string>): void {
  const ours = [...variables].filter((name) => name.startsWith('CANARY_'));
  assert.ok(ours.length > 0);
  assert.deepEqual(
    ours.filter((name) => !VARIABLES.has(name)),
    [],
  );
}

/** Fails unless the contract has a GET of it. */
export function isServed(path: string): void {
  assert.ok(PATHS.includes(`get ${path}`), path);
}

/** Fails unless the command line knows the command and its options. */
export function isCommand(args: readonly string[]): void {
  const [name = '', ...options] = args;
  const source = shipped('src/cli/serve.ts');
  const usage = new RegExp(`Usage: canary ${name} .*`).exec(source)?.[0];
  assert.ok(usage !== undefined, name);
  for (const option of options) assert.ok(usage.includes(option), `${name} ${option}`);
}
