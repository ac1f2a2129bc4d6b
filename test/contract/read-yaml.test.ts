import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readYaml, YamlMistake } from '../../src/contract/read-yaml.ts';

const mistakeOf = (text: string) => {
  try {
    readYaml(text);
  } catch (error) {
    assert.ok(error instanceof YamlMistake);
    assert.equal(error.code, 'invalid-request');
    return error;
  }
  throw new Error('it was read');
};

test('JSON is read as it is', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      assert.deepEqual(JSON.stringify(readYaml(json).value), JSON.stringify(JSON.parse(json)));
    }),
    { numRuns: 200 },
  );
});

test('places of values, of keys, and of what is missing', () => {
  const text = 'base: &b {x: 1}\nlist:\n  - name: a\n    "with/slash": 1\n  - *b\n';
  const { placeOf, value } = readYaml(text);
  assert.deepEqual(value, { base: { x: 1 }, list: [{ name: 'a', 'with/slash': 1 }, { x: 1 }] });
  const at = (pointer: string) => Object.values(placeOf(pointer)).join(':');
  assert.deepEqual(
    ['', '/list', '/list/0', '/list/0/with~1slash', '/list/0/query', '/list/1', '/nothing/0'].map(
      at,
    ),
    ['1:1', '2:1', '3:5', '4:5', '3:5', '5:5', '1:1'],
  );
});

test('what is no YAML, or none that is read, is told with its place', () => {
  const twice = mistakeOf('a: 1\nb: {c: 1, c: 2}\n');
  assert.deepEqual(
    [twice.message, twice.place],
    ['the key "c" stands twice', { line: 2, column: 11 }],
  );
  assert.equal(mistakeOf('a: [1\nb: 2').place.line, 2);
  assert.match(mistakeOf('a: *nothing').message, /unresolved alias/i);
  mistakeOf('a: 1\n---\nb: 2\n');
});

test('a bomb of aliases is not followed, and depth ends in a sentence', () => {
  const level = (index: number) =>
    `a${index}: &a${index} [${Array(9)
      .fill(`*a${index - 1}`)
      .join(',')}]`;
  const bomb = ['a0: &a0 [x]', ...Array.from({ length: 12 }, (_, index) => level(index + 1))];
  assert.match(mistakeOf(bomb.join('\n')).message, /more than 100 copies/);
  assert.match(mistakeOf(`${'['.repeat(20_000)}${']'.repeat(20_000)}`).message, /nested too deep/);
});

test('many keys cost their number, not its square', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1`);
  assert.equal(Object.keys(readYaml(keys.join('\n')).value as object).length, 20_000);
});
