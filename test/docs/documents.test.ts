// Every piece of YAML and JSON in the documentation is what its reader takes; every block has a test that runs it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Rollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import { parse, parseAllDocuments } from 'yaml';
import { checkConfigForm } from '../../src/analysis/accept/check-config.ts';
import { schemaCommand } from '../../src/cli/schema.ts';
import { readUserConfig } from '../../src/cli/server/user-config.ts';
import { FACE_SETTINGS } from '../../src/compose/faces.ts';
import { loadConfig } from '../../src/config.ts';
import { loadContract } from '../../src/contract/contract.ts';
import type { components } from '../../src/openapi.d.ts';
import { expandConfig } from '../../src/packs/expand-config.ts';
import { allPages } from '../support/page-claims.ts';
import { snippetsOf, type Snippet } from '../support/snippets.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { OWNERS } from './owners.ts';

type Config = components['schemas']['CanaryConfig'];
type Document = Record<string, unknown>;

const SNIPPETS = allPages().flatMap(snippetsOf);
const ownerOf = (snippet: Snippet) => OWNERS.find(({ owns }) => owns(snippet));
const FREE = SNIPPETS.filter((snippet) => ownerOf(snippet) === undefined);
const ALL = FREE.filter(({ language }) => language === 'yaml' || language === 'json');
/** A page that is written from a schema has an example in the section of each. */
const [examples, documents] = [true, false].map((isExample) =>
  ALL.filter(({ page }) => (page === 'reference/config-fields.md') === isExample),
) as [Snippet[], Snippet[]];
const contract = loadContract();
const settings = Object.keys(parse(readFileSync('config/default.yaml', 'utf8')) as object);

/** What reads a document with these keys at its top. */
const READERS: readonly [string, (keys: readonly string[]) => boolean, Reader][] = [
  ['no more than a comment', (keys) => keys.length === 0, comment],
  ['steps of an Argo rollout', (keys) => keys.includes('0'), steps],
  ['a config', (keys) => keys.includes('name') && /metrics|use/.test(keys.join()), config],
  ['a part of a config', (keys) => keys.join() === 'dataPolicy', partOfConfig],
  ["a part of a config in Kayenta's form", (keys) => keys.join() === 'judge', partOfKayentaConfig],
  ['a workflow of GitHub', (keys) => keys.join() === 'jobs', workflow],
  ['a pipeline of GitLab', (keys) => keys.join() === 'include', pipeline],
  ['a subscription', (keys) => keys.includes('url'), subscription],
  ['settings of the command', (keys) => keys.includes('tokenFile'), ofCommand],
  ['settings of the service', (keys) => keys.every((key) => settings.includes(key)), ofService],
];
type Reader = (document: Document, text: string) => unknown;

test('every block is run by a test', () => {
  assert.ok(SNIPPETS.length > 120, String(SNIPPETS.length));
  const known = ['yaml', 'json', 'sh', 'text'];
  assert.deepEqual(
    FREE.filter(({ language }) => !known.includes(language)),
    [],
  );
  for (const { test: file, owns } of OWNERS) {
    const source = readFileSync(file, 'utf8');
    const owned = SNIPPETS.filter(owns);
    assert.ok(owned.length > 0, file);
    for (const { page } of owned) assert.ok(source.includes(basename(page)), `${file}: ${page}`);
  }
});

test('every example of a field, or of a config, keeps its schema', () => {
  assert.ok(examples.length > 20);
  for (const { section, text } of examples)
    assert.deepEqual(contract.checkSchema(section, parse(text)), [], section);
});

for (const snippet of documents) {
  const { page, line, text } = snippet;
  const document = parse(text) as Document | null;
  const keys = Object.keys(document ?? {});
  const [name, , read] = READERS.find(([, isFor]) => isFor(keys)) ?? [];
  test(`docs/${page}, line ${line}: ${name ?? keys.join()}`, async () => {
    assert.ok(read !== undefined, `nothing is known that reads ${keys.join()}`);
    await read(document ?? {}, text);
  });
}

function comment(_: Document, text: string): void {
  assert.ok(schemaCommand.help.includes(text.trim()));
}

function steps(document: Document): void {
  const canary = { steps: document as never };
  const selector = { matchLabels: { app: 'checkout' } };
  new Rollout({ metadata: { name: 'a' }, spec: { selector, strategy: { canary } } }).validate();
}

async function config(document: Document): Promise<void> {
  assert.deepEqual(contract.checkSchema('CanaryConfig', document), []);
  const expanded = await expandConfig(document as unknown as Config);
  assert.deepEqual(expanded.violations, []);
  assert.deepEqual(checkConfigForm(expanded.config, 100), []);
}

async function partOfConfig(document: Document): Promise<void> {
  await config({
    name: 'checkout',
    metrics: [{ name: 'errors', query: { source: 'inline' } }],
    ...document,
  });
}

function partOfKayentaConfig(document: Document): void {
  const { value, violations } = contract.readSchemaLeniently('KayentaConfig', {
    name: 'checkout',
    applications: ['shop'],
    metrics: [],
    classifier: { groupWeights: {} },
    ...document,
  });
  assert.deepEqual(violations, []);
  assert.deepEqual((value as Document)['judge'], document['judge']);
}

function subscription(document: Document): void {
  assert.deepEqual(contract.checkSchema('SubscriptionRequest', document), []);
}

/** The inputs that an action, or a component, is given: all that it must have, none that it has not. */
function givesInputs(
  given: object,
  wanted: Record<string, object>,
  isRequired: (one: object) => boolean,
) {
  const names = Object.keys(wanted);
  assert.deepEqual(
    Object.keys(given).filter((name) => !names.includes(name)),
    [],
  );
  const required = names.filter((name) => isRequired(wanted[name]!));
  assert.deepEqual(
    required.filter((name) => !Object.hasOwn(given, name)),
    [],
  );
}

function workflow({ jobs }: Document): void {
  const all = Object.values(jobs as Record<string, { steps: { uses?: string; with?: object }[] }>);
  const own = all.flatMap(({ steps: list }) => list).filter(({ uses }) => uses?.startsWith('./'));
  assert.ok(own.length > 0);
  for (const { uses = '', with: given = {} } of own) {
    const action = parse(readFileSync(join(uses, 'action.yml'), 'utf8')) as {
      inputs: Record<string, object>;
    };
    givesInputs(given, action.inputs, (input) => 'required' in input);
  }
}

function pipeline({ include }: Document): void {
  const [spec] = parseAllDocuments(readFileSync('examples/gitlab-component/template.yml', 'utf8'));
  const { inputs: wanted } = (spec!.toJS() as { spec: { inputs: Record<string, object> } }).spec;
  for (const { inputs } of include as { inputs: object }[])
    givesInputs(inputs, wanted, (input) => !('default' in input));
}

async function ofCommand(_: Document, text: string): Promise<void> {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'canary'));
  writeFileSync(join(directory.path, 'canary/config.yaml'), text);
  const { server } = await readUserConfig({ XDG_CONFIG_HOME: directory.path });
  assert.ok(text.includes(server!.replace(/\/$/, '')));
}

/** Hooks of Flagger have a key of the same name: they are those of the example. */
function ofService(document: Document, text: string): void {
  if (Array.isArray(document['webhooks'])) {
    const example = parse(readFileSync('examples/flagger/canary.yaml', 'utf8')) as {
      spec: { analysis: Document };
    };
    assert.deepEqual(document['webhooks'], example.spec.analysis['webhooks']);
    return;
  }
  using directory = temporaryDirectory();
  const file = join(directory.path, 'canary.yaml');
  // what a file would hold is not there
  writeFileSync(file, text.replaceAll('file:/run/secrets/gitlab', 'env:SECRET_OF_A_FILE'));
  const secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
  const env: Record<string, string> = {};
  for (const [, name = ''] of `${text} env:SECRET_OF_A_FILE`.matchAll(/env:(\w+)/g))
    env[name] = name.endsWith('_URL') ? `https://chat.example/${name}` : secret;
  // a secret of the example is its own, or one that the page speaks of
  if (text.includes('secret: default')) env['CANARY_WEBHOOKS_SECRETS'] = `{default: env:DEFAULT}`;
  if (text.includes('token: github')) {
    env['CANARY_WEBHOOKS_TOKENS'] = `{github: {url: 'https://api.github.com', token: env:DEFAULT}}`;
  }
  env['DEFAULT'] = secret;
  const read = loadConfig({ faces: FACE_SETTINGS, file, env });
  assert.ok(read.server.port > 0);
}
