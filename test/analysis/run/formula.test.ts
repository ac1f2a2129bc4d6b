import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { evaluateFormula, parseFormula } from '../../../src/analysis/run/formula.ts';
import { Fault } from '../../../src/errors.ts';
import type { Series } from '../../../src/model/series.ts';

const NAMES = ['errors', 'requests', 'a', 'b', 'c'];

function series(
  values: number[],
  tags: Record<string, string> = {},
  more: Partial<Series> = {},
): Series {
  return { tags, startAt: 0, stepMs: 1000, values, attributes: { query: 'q' }, ...more };
}

function evaluate(text: string, named: Record<string, number[]>): number[] | undefined {
  const untagged = Object.fromEntries(
    Object.entries(named).map(([name, values]) => [name, [series(values)]]),
  );
  return evaluateFormula(parseFormula(text, NAMES), untagged)[0]?.values;
}

test('arithmetic is evaluated point by point', () => {
  assert.deepEqual(
    evaluate('errors / requests', { errors: [1, 3], requests: [10, 12] }),
    [0.1, 0.25],
  );
  assert.deepEqual(evaluate('100 * (a + b) - c', { a: [1, 2], b: [3, 4], c: [5, 6] }), [395, 594]);
  assert.deepEqual(evaluate('-a ^ 2 + 2 ^ 3 ^ b', { a: [3], b: [0] }), [-7]);
  assert.deepEqual(evaluate('max(a, b, 2) - min(a, b)', { a: [1], b: [5] }), [4]);
  assert.deepEqual(evaluate('clamp(a, 0, 1)', { a: [-1, 0.5, 7] }), [0, 0.5, 1]);
  assert.deepEqual(evaluate('abs(a) + sqrt(b)', { a: [-1], b: [9] }), [4]);
  assert.deepEqual(evaluate('log10(a) + log(exp(b))', { a: [1000], b: [1] }), [4]);
});

test('a point without a value has no result, nor has one that is no finite number', () => {
  assert.deepEqual(evaluate('a / b', { a: [0, 1, NaN, 1, 1], b: [0, 0, 1, NaN, 2] }), [
    NaN,
    NaN,
    NaN,
    NaN,
    0.5,
  ]);
  assert.deepEqual(evaluate('a ^ 0', { a: [NaN, 2] }), [NaN, 1]);
  assert.deepEqual(evaluate('min(a, 1)', { a: [NaN, Infinity] }), [NaN, NaN]);
  assert.deepEqual(evaluate('1 / (1 / a)', { a: [0] }), [NaN]);
  assert.deepEqual(evaluate('sqrt(a) + log(b)', { a: [-1, 1], b: [1, 0] }), [NaN, NaN]);
});

test('series are matched by equal tags, an untagged one combines with all', () => {
  const x = { pod: 'x', zone: '1' };
  const named = {
    a: [series([1], x), series([2], { pod: 'y' }), series([3], { pod: 'only a' })],
    b: [series([10], { pod: 'y' }), series([20], { zone: '1', pod: 'x' })],
    c: [series([100])],
  };
  const results = evaluateFormula(parseFormula('a + b + c', NAMES), named);
  assert.deepEqual(
    results.map(({ tags, values }) => [tags, values]),
    [
      [x, [121]],
      [{ pod: 'y' }, [112]],
    ],
  );
  assert.deepEqual(results[0]?.attributes, {
    query: 'a + b + c',
    'query.a': 'q',
    'query.b': 'q',
    'query.c': 'q',
  });
});

test('a query without series leaves no result', () => {
  assert.deepEqual(evaluateFormula(parseFormula('a + b', NAMES), { a: [series([1])], b: [] }), []);
  assert.deepEqual(
    evaluateFormula(parseFormula('a + b', NAMES), { a: [], b: [series([1], { p: 'x' })] }),
    [],
  );
});

test('a query that matched nothing, or nothing yet, counts as 0 where what it is divided by is above 0', () => {
  const formula = parseFormula('errors / requests', NAMES);
  const requests = [series([10, NaN, 0, 20])];
  const [never] = evaluateFormula(formula, { errors: [], requests });
  assert.deepEqual(never?.values, [0, NaN, NaN, 0]);
  assert.equal(never.attributes['countedAsZero'], 'errors');
  const [late] = evaluateFormula(formula, { errors: [series([NaN, NaN, NaN, 5])], requests });
  assert.deepEqual(late?.values, [0, NaN, NaN, 0.25]);
  // a gap after the first value is a gap
  const [torn] = evaluateFormula(formula, { errors: [series([1, 1, 1, NaN])], requests });
  assert.deepEqual(
    [torn?.values, torn?.attributes['countedAsZero']],
    [[0.1, NaN, NaN, NaN], undefined],
  );
  // traffic is never made up
  assert.deepEqual(evaluateFormula(formula, { errors: requests, requests: [] }), []);
  const share = parseFormula('a / (a + b)', NAMES);
  assert.deepEqual(evaluateFormula(share, { a: [], b: [series([4, 4])] })[0]?.values, [0, 0]);
  const [, idle] = evaluateFormula(formula, {
    errors: [series([1], { pod: 'a' })],
    requests: [series([10], { pod: 'a' }), series([10], { pod: 'b' })],
  });
  assert.deepEqual([idle?.tags, idle?.values], [{ pod: 'b' }, [0]]);
});

test('different grids and ambiguous series are refused', () => {
  const formula = parseFormula('a / b', NAMES);
  for (const other of [
    series([1, 2]),
    series([1], {}, { stepMs: 1 }),
    series([1], {}, { startAt: 1 }),
  ]) {
    assert.throws(() => evaluateFormula(formula, { a: [series([1])], b: [other] }), {
      code: 'invalid-formula',
      message: /different time grids/,
    });
  }
  const twice = [series([1], { p: 'x' }), series([2], { p: 'x' })];
  assert.throws(
    () => evaluateFormula(formula, { a: twice, b: [series([1])] }),
    /"a" has two series of equal tags/,
  );
});

for (const [text, why] of [
  ['a % b', /has "a % b" at position 1, which is not allowed; allowed are numbers/],
  ['a +', /cannot be read at position 4/],
  ['', /is empty; allowed are/],
  ['a b', /has "a b"/],
  ['2a', /not allowed/],
  ['a + other', /names "other" at position 5, but its queries are errors, requests, a, b, c/],
  ['a + pi', /names "pi"/],
  ['a + constructor', /names "constructor"/],
  ['1 + 2', /uses none of its queries/],
  ['a = 1', /not allowed/],
  ['f(x) = a', /not allowed/],
  ['a; b', /not allowed/],
  ['a\nb', /not allowed/],
  ['a:1e9', /not allowed/],
  ['[a, b]', /not allowed/],
  ['{a: a}', /not allowed/],
  ['a["constructor"]', /not allowed/],
  ['a.b', /not allowed/],
  ['"a" + a', /not allowed/],
  ['true + a', /not allowed/],
  ['a!', /not allowed/],
  ['a > b', /not allowed/],
  ['a ? b : c', /not allowed/],
  ['import(a)', /not allowed/],
  ['toString(a)', /not allowed/],
  ['cos(a)', /not allowed/],
  ['a(1)', /not allowed/],
  ['abs.call(a)', /not allowed/],
  ['1e999 + a', /not allowed/],
  ['abs(a, b)', /calls abs with 2 operands instead of 1/],
  ['max()', /calls max with 0 operands instead of one or more/],
  [`${'('.repeat(400)}a${')'.repeat(400)}`, /nested deeper than 50/],
  [`${'-'.repeat(900)}a`, /nested deeper|more than 100 parts/],
  [Array(200).fill('a').join('^'), /nested deeper|more than 100 parts/],
  [Array(200).fill('a').join('+'), /nested deeper|more than 100 parts/],
  [`${'a+'.repeat(1000)}a`, /longer than 1000/],
] as const) {
  test(`refused: ${text.slice(0, 30).replace('\n', ' ')}`, () => {
    assert.throws(
      () => parseFormula(text, NAMES),
      (error) => {
        assert.ok(error instanceof Fault);
        assert.equal(error.code, 'invalid-formula');
        assert.match(error.message, why);
        return true;
      },
    );
  });
}

test('any text is a formula or an invalid-formula fault', () => {
  const alphabet = [
    ...'ab1.,+-*/^()[]{}:;=!<>?"\'\n %&|~@#$'.split(''),
    'max(',
    'errors',
    ' to ',
    ' in ',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }), (parts) => {
      try {
        parseFormula(parts.join(''), NAMES);
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'invalid-formula', String(error));
      }
    }),
    { numRuns: 500 },
  );
});
