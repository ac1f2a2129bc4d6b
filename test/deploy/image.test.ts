// The image cannot be built without its base images; all else of the Dockerfile is looked at here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { startTestService } from '../support/service.ts';
import { areSettings, isCommand, PORT, shipped } from '../support/shipped.ts';

const LINES = shipped('Dockerfile').replaceAll('\\\n', ' ').split('\n');
const LAST_STAGE = LINES.slice(LINES.findLastIndex((line) => line.startsWith('FROM ')));
const IGNORED = shipped('.dockerignore').split('\n');
const ALLOWED = IGNORED.filter((line) => line.startsWith('!')).map((line) => line.slice(1));

function sourcesOf(lines: readonly string[]): string[] {
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
  return copies.flatMap((line) => line.split(/\s+/).slice(1, -1));
}

function instruction(name: string): string {
  const found = LAST_STAGE.findLast((line) => line.startsWith(`${name} `));
  assert.ok(found !== undefined, name);
  return found.slice(name.length).trim();
}

test('what is copied into the image is there, and nothing else is sent to the builder', () => {
  const sources = sourcesOf(LINES);
  assert.deepEqual(
    sources.filter((path) => !existsSync(path)),
    [],
  );
  assert.deepEqual(new Set(sources), new Set(ALLOWED));
  assert.ok(IGNORED.includes('*'));
});

test('the image has what the package has', () => {
  const { files } = JSON.parse(shipped('package.json')) as { files: string[] };
  const copied = new Set([...sourcesOf(LAST_STAGE), 'dist']);
  assert.deepEqual(
    files.filter((part) => !copied.has(part)),
    [],
  );
  assert.match(LAST_STAGE.join('\n'), /COPY --from=build \/app\/dist \.\/dist/);
});

test('it runs as nobody, by a command that exists, on the port of the defaults', () => {
  assert.match(instruction('USER'), /^[1-9]\d*:[1-9]\d*$/);
  assert.equal(Number(instruction('EXPOSE')), PORT);
  const [, program] = JSON.parse(instruction('ENTRYPOINT')) as string[];
  assert.ok(existsSync(program!), program);
  isCommand(JSON.parse(instruction('CMD')) as string[]);
  areSettings([...instruction('ENV').matchAll(/\b([A-Z_]+)=/g)].map(([, name = '']) => name));
  const bases = LINES.filter((line) => /^FROM [a-z.]+[/:]/.test(line));
  assert.ok(bases.length > 1 && bases.every((line) => /node(js)?:?24/.test(line)));
});

test('its health check tells a service that is ready from none', async () => {
  const check = instruction('HEALTHCHECK');
  const [, ...args] = JSON.parse(check.slice(check.indexOf('['))) as string[];
  const service = await startTestService();
  const env = { CANARY_SERVER_PORT: new URL(service.url).port };
  const ask = () =>
    new Promise<number | null>((resolve, reject) => {
      spawn(process.execPath, args, { env }).on('exit', resolve).on('error', reject);
    });
  assert.equal(await ask(), 0);
  await service.close();
  assert.equal(await ask(), 1);
});
