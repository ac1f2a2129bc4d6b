import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfigForm } from '../../../src/analysis/accept/check-config.ts';

type Wire = Parameters<typeof checkConfigForm>[0];
type WireMetric = Wire['metrics'][number];
const inline: WireMetric = { name: 'a', query: { source: 'inline' } };

function pointersOf(config: Partial<Wire>): string[] {
  return checkConfigForm({ name: 'c', metrics: [inline], ...config }, 3).map(
    ({ pointer }) => pointer,
  );
}

test('a plain config breaks no rule', () => {
  assert.deepEqual(pointersOf({}), []);
});

test('a metric has exactly one of query and formula', () => {
  assert.deepEqual(pointersOf({ metrics: [{ name: 'a' }] }), ['/metrics/0']);
  assert.deepEqual(
    pointersOf({ metrics: [{ ...inline, formula: 'a', queries: { a: { source: 'inline' } } }] }),
    ['/metrics/0'],
  );
  assert.deepEqual(pointersOf({ metrics: [{ ...inline, queries: { a: { source: 'inline' } } }] }), [
    '/metrics/0/queries',
  ]);
});

test('a formula is read and its names are checked', () => {
  const queries = {
    errors: { source: 'inline' as const },
    requests: { source: 'inline' as const },
  };
  assert.deepEqual(
    pointersOf({ metrics: [{ name: 'a', formula: 'errors / requests', queries }] }),
    [],
  );
  assert.deepEqual(pointersOf({ metrics: [{ name: 'a', formula: 'errors / visits', queries }] }), [
    '/metrics/0/formula',
  ]);
  assert.deepEqual(pointersOf({ metrics: [{ name: 'a', formula: 'import("fs")', queries }] }), [
    '/metrics/0/formula',
  ]);
});

test('a scrape query says exactly one thing', () => {
  assert.deepEqual(pointersOf({ metrics: [{ name: 'a', query: { source: 'scrape' } }] }), [
    '/metrics/0/query',
  ]);
  assert.deepEqual(
    pointersOf({ metrics: [{ name: 'a', query: { source: 'scrape', histogram: 'h' } }] }),
    ['/metrics/0/query/quantile'],
  );
  assert.deepEqual(
    pointersOf({ metrics: [{ name: 'a', query: { source: 'scrape', rate: 'r', gauge: 'g' } }] }),
    ['/metrics/0/query'],
  );
});

test('names are unique and not too many', () => {
  assert.deepEqual(pointersOf({ metrics: [inline, inline] }), ['/metrics/1/name']);
  const many = ['a', 'b', 'c', 'd'].map((name) => ({ ...inline, name }));
  assert.deepEqual(pointersOf({ metrics: many }), ['/metrics']);
});

test('weights belong to groups that have metrics and sum to 100', () => {
  assert.deepEqual(pointersOf({ groups: { default: 100 } }), []);
  assert.deepEqual(pointersOf({ groups: { default: 60 } }), ['/groups']);
  assert.deepEqual(pointersOf({ groups: { default: 60, ghost: 40 } }), ['/groups/ghost']);
  const metrics = [inline, { ...inline, name: 'b', group: 'open' }];
  assert.deepEqual(pointersOf({ metrics, groups: { default: 60 } }), []);
});

test('marginal is not above pass', () => {
  assert.deepEqual(pointersOf({ thresholds: { pass: 50, marginal: 60 } }), [
    '/thresholds/marginal',
  ]);
});
