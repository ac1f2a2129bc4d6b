import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { boundErrors } from '../../src/contract/bound-errors.ts';
import { loadContract } from '../../src/contract/contract.ts';

const contract = loadContract();
const MANY = 5000;

/** A list that counts how many of its items were looked at. */
function counted(items: unknown[]): { list: unknown[]; read: () => number } {
  const seen = new Set<string>();
  const list = new Proxy(items, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) seen.add(key);
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { list, read: () => seen.size };
}

const metric = { name: 'm', query: { source: 'inline' } };

for (const [what, many, body] of [
  [
    'values',
    Array.from({ length: MANY }, () => ({})),
    (list: unknown[]) => ({ pairs: [{ metric: 'm', baseline: list, canary: [1] }] }),
  ],
  [
    'entries of a list',
    Array.from({ length: MANY }, () => ({ ...metric, direction: 'x', wieght: 1 })),
    (list: unknown[]) => ({ config: { name: 'x', metrics: list } }),
  ],
] as const) {
  test(`${MANY} wrong ${what} cost no more than the first few hundred`, () => {
    const { list, read } = counted([...many]);
    const violations = contract.checkBody('submitAnalysis', body(list));
    assert.equal(violations.length, 100);
    assert.ok(read() <= 1000, `${read()} items were read`);
  });
}

test('so do unknown keys', () => {
  const keys = Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`key${i}`, 1]));
  const config = { name: 'x', metrics: [metric], ...keys };
  assert.equal(contract.checkBody('createConfig', config).length, 100);
});

test('a wrong value behind a thousand right ones is still found', () => {
  const right = Array.from({ length: 1200 }, () => 1);
  const pairs = [{ metric: 'm', baseline: [...right, {}], canary: right }];
  const scopes = { baseline: { scope: 'a' }, canary: { scope: 'b' } };
  const body = { ...scopes, config: { name: 'x', metrics: [metric] }, pairs };
  assert.deepEqual(
    contract.checkBody('submitAnalysis', body).map(({ pointer }) => pointer),
    ['/pairs/0/baseline/1200'],
  );
});

const numbers = { type: 'array', items: { type: 'number' } };
const texts = { type: 'array', items: { type: 'string' } };
const map = { type: 'object', additionalProperties: numbers };
const SCHEMAS = [
  { oneOf: [numbers, texts] },
  { anyOf: [{ type: 'array', items: { oneOf: [numbers, texts] } }, map] },
  { type: 'array', items: { $ref: '#/$defs/map' }, $defs: { map } },
  { not: numbers },
  { if: numbers, else: { type: ['object', 'string'] } },
  { type: 'object', patternProperties: { '^a': numbers }, propertyNames: { maxLength: 2 } },
  { type: 'array', contains: { type: 'number' }, uniqueItems: true },
];

test('whatever stops early judges as one that looks at everything', () => {
  const compile = (schema: object, max: number | undefined): ValidateFunction => {
    const process = (code: string) => (max === undefined ? code : boundErrors(code, max));
    return new Ajv2020({ allErrors: true, strict: false, code: { process } }).compile(schema);
  };
  const leaf = fc.oneof(fc.constant(1), fc.constant('a'), fc.constant(null));
  const list = fc.array(leaf, { maxLength: 6 });
  const inner = fc.oneof(
    leaf,
    list,
    fc.dictionary(fc.constantFrom('a', 'ab', 'abc', 'b'), list, { noNullPrototype: true }),
  );
  const value = fc.oneof(inner, fc.array(inner, { maxLength: 4 }));
  for (const schema of SCHEMAS) {
    const [whole, bounded] = [compile(schema, undefined), compile(schema, 1)];
    fc.assert(fc.property(value, (given) => bounded(given) === whole(given)));
  }
});

test('every loop that looks for mistakes is bounded', () => {
  const loops: string[] = [];
  const process = (code: string) => {
    const bounded = boundErrors(code, 7);
    loops.push(...(bounded.match(/for\([^)]*\)\{.{0,30}/g) ?? []));
    return bounded;
  };
  const ajv = new Ajv2020({ allErrors: true, strict: false, code: { process } });
  for (const schema of SCHEMAS.filter((one) => !('contains' in one))) ajv.compile(schema);
  const isBounded = (loop: string) => /errors-before\d+(<7;|>=7\)break)/.test(loop);
  const isOfUniqueItems = (loop: string) => loop.startsWith('for(;');
  assert.deepEqual(
    loops.filter((loop) => !isBounded(loop) && !isOfUniqueItems(loop)),
    [],
  );
  assert.ok(loops.length >= 10);
});
