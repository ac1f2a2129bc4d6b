import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadContract } from '../../src/contract/contract.ts';
import { CONFIG_DEFAULTS, parseConfig } from '../../src/model/native-format.ts';

const contract = loadContract();
const config = {
  name: 'checkout',
  metrics: [{ name: 'error ratio', query: { source: 'inline' } }],
};

test('a body that keeps the contract has no violations', () => {
  assert.deepEqual(contract.checkBody('createConfig', config), []);
});

test('every broken rule is named with its JSON pointer', () => {
  const body = {
    name: 'x y',
    metrics: [{ name: 1, query: { source: 'prometheus' }, tolerance: { increase: '2' } }],
  };
  const pointers = contract.checkBody('createConfig', body).map(({ pointer }) => pointer);
  assert.deepEqual(pointers.sort(), [
    '/metrics/0/name',
    '/metrics/0/query/promql',
    '/metrics/0/tolerance/increase',
    '/name',
  ]);
});

test('an unknown field is refused with a suggestion', () => {
  const body = { ...config, metrics: [{ ...config.metrics[0], directon: 'increase' }] };
  assert.deepEqual(contract.checkBody('createConfig', body), [
    { pointer: '/metrics/0/directon', message: 'unknown field; did you mean "direction"?' },
  ]);
});

test('of a failed choice only the branch that was meant is reported', () => {
  const scopes = { baseline: { scope: 'a' }, canary: { scope: 'b' } };
  const inline = contract.checkBody('submitAnalysis', { ...scopes, config: { metrics: [] } });
  assert.deepEqual(inline, [{ pointer: '/config/name', message: 'is required' }]);
  const number = contract.checkBody('submitAnalysis', { ...scopes, config: 5 });
  assert.deepEqual(number, [{ pointer: '/config', message: 'must be string or object' }]);
});

test('parameters are coerced and get their defaults', () => {
  const raw = { path: {}, query: { label: 'a=b' }, header: {} };
  const { values, violations } = contract.readParameters('listAnalyses', raw);
  assert.deepEqual(violations, []);
  assert.equal(values['limit'], 20);
  assert.deepEqual(values['label'], ['a=b']);
});

test('an unknown query parameter is refused', () => {
  const { violations } = contract.readParameters('listAnalyses', {
    path: {},
    query: { limt: '5' },
    header: {},
  });
  assert.deepEqual(violations, [
    { pointer: 'limt', message: 'unknown field; did you mean "limit"?' },
  ]);
});

test('an undocumented status or content type is a violation of an answer', () => {
  const answer = {
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: { ready: true },
  };
  assert.deepEqual(contract.checkAnswer('getReadiness', answer), []);
  assert.equal(contract.checkAnswer('getReadiness', { ...answer, status: 404 }).length, 1);
  assert.equal(
    contract.checkAnswer('getReadiness', { ...answer, contentType: 'text/plain' }).length,
    1,
  );
  assert.equal(contract.checkAnswer('getReadiness', { ...answer, body: { ready: 1 } }).length, 1);
});

test('the defaults that the contract states are those that parsing applies', () => {
  const schemas = (
    parse(contract.text()) as {
      components: {
        schemas: Record<string, { properties: Record<string, { default?: unknown }> }>;
      };
    }
  ).components.schemas;
  const metric = parseConfig(config as Parameters<typeof parseConfig>[0]).metrics[0]!;
  const stated = schemas['MetricConfig']!.properties;
  assert.equal(stated['group']!.default, metric.groups[0]);
  assert.equal(stated['scopeName']!.default, metric.scopeName);
  assert.equal(stated['direction']!.default, metric.direction);
  assert.equal(stated['effect']!.default, metric.effect.measure);
  assert.equal(stated['critical']!.default, metric.critical);
  assert.equal(stated['muted']!.default, metric.muted);
  assert.equal(stated['noData']!.default, metric.noData);
  assert.equal(stated['kind']!.default, metric.kind);
  assert.equal(stated['weight']!.default, metric.weight);
  assert.equal(stated['role']!.default, metric.isSignal ? 'signal' : 'guardrail');
  assert.equal(stated['missingValues']!.default, metric.missingValues);
  assert.equal(schemas['CanaryConfig']!.properties['judge']!.default, CONFIG_DEFAULTS.judge);
  const limits = schemas['Criteria']!.properties;
  for (const [name, value] of Object.entries(CONFIG_DEFAULTS.criteria)) {
    assert.equal(limits[name]!.default, value, name);
  }
});

interface Documented {
  description?: string;
  examples?: unknown[];
  $ref?: string;
  type?: string;
  properties?: Record<string, Documented>;
  items?: Documented;
}

test('every schema and property has a description and an example, every operation a summary', () => {
  const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, { summary?: string; description?: string }>>;
    components: { schemas: Record<string, Documented> };
  };
  const bare: string[] = [];
  const visit = (schema: Documented, where: string) => {
    if (schema.$ref !== undefined) return;
    if (schema.description === undefined) bare.push(`${where} has no description`);
    if (schema.examples === undefined) bare.push(`${where} has no example`);
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      visit(property, `${where}.${name}`);
    if (schema.items?.properties !== undefined) visit(schema.items, `${where}[]`);
  };
  for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, name);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.summary === undefined || operation.description === undefined)
        bare.push(`${method} ${path}`);
    }
  }
  assert.deepEqual(bare, []);
});

test('every example of a schema is valid by it', () => {
  const schemas = (
    parse(contract.text()) as { components: { schemas: Record<string, Documented> } }
  ).components.schemas;
  for (const [name, schema] of Object.entries(schemas)) {
    for (const example of schema.examples ?? [])
      assert.deepEqual(contract.checkSchema(name, example), [], name);
  }
});
