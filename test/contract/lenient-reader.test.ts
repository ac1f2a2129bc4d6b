import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Violation } from '../../src/errors.ts';
import { parseJsonAsWritten } from '../../src/contract/json-as-written.ts';
import { createLenientReader, type LenientSchema } from '../../src/contract/lenient-reader.ts';

const read = createLenientReader(() => ({}));

function reading(schema: LenientSchema, json: string): unknown {
  const violations: Violation[] = [];
  const value = read(schema, parseJsonAsWritten(json), { pointer: '', violations });
  return violations.length > 0 ? `refused at ${violations[0]!.pointer || 'top'}` : value;
}

test('scalars are coerced as Jackson does', () => {
  const cases: [LenientSchema, string, unknown][] = [
    [{ type: 'string' }, '1.0', '1.0'],
    [{ type: 'string' }, '1', '1'],
    [{ type: 'string' }, 'true', 'true'],
    [{ type: 'string' }, '["a"]', 'refused at top'],
    [{ type: 'integer' }, '60.9', 60],
    [{ type: 'integer' }, '"60"', 60],
    [{ type: 'integer' }, '"60.9"', 'refused at top'],
    [{ type: 'integer' }, '""', undefined],
    [{ type: 'integer' }, '1e30', 'refused at top'],
    [{ type: 'integer' }, '"NaN"', 'refused at top'],
    [{ type: 'number' }, '"90.5"', 90.5],
    [{ type: 'number' }, '"-Infinity"', -Infinity],
    [{ type: 'number' }, '"NaN"', NaN],
    [{ type: 'number' }, 'true', 'refused at top'],
    [{ type: 'boolean' }, '"true"', true],
    [{ type: 'boolean' }, '0', false],
    [{ type: 'boolean' }, '"yes"', 'refused at top'],
  ];
  for (const [schema, json, expected] of cases) {
    assert.deepEqual(reading(schema, json), expected, `${String(schema.type)} from ${json}`);
  }
});

test('instants come in every form that Java reads, and leave in the one it writes', () => {
  const instant = { type: 'string', format: 'date-time' };
  const cases: Record<string, unknown> = {
    '"2026-01-15T10:00:00Z"': '2026-01-15T10:00:00Z',
    '"2026-01-15T12:00:00+02:00"': '2026-01-15T10:00:00Z',
    '"2026-01-15T10:00:00.5Z"': '2026-01-15T10:00:00.500Z',
    '"2026-01-15T10:00:00.1234Z"': '2026-01-15T10:00:00.123400Z',
    '"2026-01-15T10:00:00.123456789Z"': '2026-01-15T10:00:00.123456789Z',
    '1768471200': '2026-01-15T10:00:00Z',
    '1768471200.5': '2026-01-15T10:00:00.500Z',
    '1.7684712e9': '2026-01-15T10:00:00Z',
    '"1768471200"': '2026-01-15T10:00:00Z',
    '"1768471200.25"': '2026-01-15T10:00:00.250Z',
    '1768471200000': 'refused at top',
    '"1768471200123"': 'refused at top',
    '1768471': 'refused at top',
    '"2016-12-31T23:59:60Z"': 'refused at top',
    '"+10000-01-01T00:00:00Z"': 'refused at top',
    '"0000-01-01T00:00:00Z"': 'refused at top',
    '""': undefined,
    '"2026-01-15T10:00:00"': 'refused at top',
    '"2026-01-15T10:00:00+0200"': 'refused at top',
    '"2026-01-15T10:00Z"': 'refused at top',
    '"2026-13-45T10:00:00Z"': 'refused at top',
    '1e300': 'refused at top',
  };
  for (const [json, expected] of Object.entries(cases))
    assert.equal(reading(instant, json), expected, json);
});

test('unknown and null members are dropped, defaults fill in, free parts stay as they are', () => {
  const schema: LenientSchema = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      own: { type: 'string', readOnly: true },
      step: { type: 'integer', default: 60 },
      any: { type: 'object', additionalProperties: true },
      map: { type: 'object', additionalProperties: { type: 'number' } },
    },
  };
  assert.deepEqual(
    reading(
      schema,
      '{"name":null,"own":"x","else":1,"any":{"a":null,"b":[1.0]},"map":{"a":"1","b":null}}',
    ),
    { step: 60, any: { a: null, b: [1] }, map: { a: 1 } },
  );
  assert.equal(reading(schema, '{"map":{"a":{}}}'), 'refused at /map/a');
  assert.equal(reading(schema, '{"any":[]}'), 'refused at /any');
});

test('a list refuses holes, because its positions mean something', () => {
  const list = { type: 'array', items: { type: 'number' } };
  assert.deepEqual(reading(list, '["NaN", 1]'), [NaN, 1]);
  assert.equal(reading(list, '[1, null]'), 'refused at /1');
  assert.equal(reading(list, '1'), 'refused at top');
});

test('a schema is looked up once, however many values it has', () => {
  const asked: string[] = [];
  const readOften = createLenientReader((reference) => {
    asked.push(reference);
    return { type: 'number' };
  });
  const list = { type: 'array', items: { $ref: '#/number' } };
  const values = Array.from({ length: 1000 }, (_, index) => index);
  const place = { pointer: '', violations: [] };
  assert.deepEqual(readOften(list, values, place), values);
  assert.deepEqual(readOften(list, values, place), values);
  assert.deepEqual(asked, ['#/number']);
});

test('of many broken rules the first hundred are told, each with its place', () => {
  const violations: Violation[] = [];
  const map = {
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'number' } },
  };
  const values = { 'a/b': Array.from({ length: 5000 }, () => ({})) };
  read(map, values, { pointer: '', violations });
  assert.equal(violations.length, 100);
  assert.deepEqual(violations[7], { pointer: '/a~1b/7', message: 'must be a number' });
});

test('a number that stands where its text counts is told', () => {
  const schema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'string' } } };
  const wants = (value: unknown): boolean => {
    const place = { pointer: '', violations: [], wantsWritten: false };
    read(schema, value, place);
    return place.wantsWritten;
  };
  assert.deepEqual([wants({ a: 1, b: 'x' }), wants({ b: 1 })], [false, true]);
});

test('names that mean something to JavaScript are members like any other', () => {
  const map = { type: 'object', additionalProperties: { type: 'number' } };
  const free = { type: 'object', additionalProperties: true };
  for (const schema of [map, free]) {
    const found = reading(schema, '{"__proto__":1,"constructor":2}') as object;
    assert.deepEqual(Object.entries(found), [
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    assert.equal(Object.getPrototypeOf(found), Object.prototype);
  }
});

test('a free part may not be deeper than what writes it again can go', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
  const free = { type: 'object', additionalProperties: true };
  assert.notEqual(reading(free, nested(400)), 'refused at top');
  assert.equal(reading(free, nested(600)), 'refused at top');
});
