// Every snippet of the README is run: what it shows is what comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { loadContract } from '../src/contract/contract.ts';
import { startTestService, type TestService } from './support/service.ts';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, content]) => ({
  language: language!,
  content: content!,
}));
const SHOWN_ID = '01KF0Q4ZB8N2W7M5T3R6Y9C1DA';

let service: TestService;
before(async () => {
  service = await startTestService();
});
after(() => service.close());

/** The block that follows the one with this text. */
function blockAfter(text: string): string {
  const index = blocks.findIndex(({ content }) => content.includes(text));
  assert.notEqual(index, -1, `no snippet has ${text}`);
  return blocks[index + 1]!.content;
}

function commandWith(text: string): string {
  const block = blocks.find(({ language, content }) => language === 'sh' && content.includes(text));
  assert.ok(block, `no command has ${text}`);
  return block.content.trim();
}

async function shell(command: string): Promise<string> {
  const { stdout } = await run('bash', [
    '-c',
    command.replaceAll('http://127.0.0.1:8090', service.url),
  ]);
  return stdout;
}

/** Every shown field is there, with its value unless it is an id. */
function shows(answer: Record<string, unknown>, shown: string): void {
  for (const [key, value] of Object.entries(JSON.parse(shown) as Record<string, unknown>)) {
    if (value === SHOWN_ID) assert.match(String(answer[key]), /^[0-9A-Z]{26}$/);
    else assert.deepEqual(answer[key], value, key);
  }
}

test('the README is short, and each of its snippets is known to this test', () => {
  assert.ok(readme.split('\n').length < 200);
  const known = [
    'npm ci && npm run demo', // test/e2e/demo.test.ts
    'npm test', // what runs this
    'flowchart', // the picture
    'name: checkout',
    'examples/analysis.json',
    '"labels": {}',
    '?wait=30s',
    '"completed"',
    'canary judge',
    'FAIL',
  ];
  assert.equal(blocks.length, known.length);
  for (const [index, text] of known.entries())
    assert.ok(blocks[index]!.content.includes(text), text);
});

test('the config is valid, and is that of the examples', () => {
  const config = parse(blocks.find(({ language }) => language === 'yaml')!.content) as unknown;
  assert.deepEqual(loadContract().checkSchema('CanaryConfig', config), []);
  assert.deepEqual(config, parse(readFileSync('examples/checkout.yaml', 'utf8')));
});

test('the requests answer what is shown', async () => {
  const submit = commandWith('examples/analysis.json');
  const accepted = JSON.parse(await shell(submit)) as Record<string, unknown>;
  shows(accepted, blockAfter('examples/analysis.json'));
  const wait = commandWith('?wait=30s').replace(SHOWN_ID, String(accepted['id']));
  shows(JSON.parse(await shell(wait)) as Record<string, unknown>, blockAfter('?wait=30s'));
  const report = await fetch(`${service.url}/analyses/${String(accepted['id'])}`);
  assert.equal(report.status, 200);
});

test('the command line says what is shown, and ends with 1 for a failing canary', async () => {
  const child = spawn('bash', ['-c', commandWith('npx canary judge')], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 1);
  assert.ok(output.includes(blockAfter('npx canary judge').trimEnd()), output);
});
