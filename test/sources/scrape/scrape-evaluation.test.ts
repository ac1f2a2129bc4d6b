import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateScrapes } from '../../../src/sources/scrape/scrape-evaluation.ts';
import { keepOfPage, type PageAt } from '../../../src/sources/scrape/scrape-page.ts';
import { parseScrapeQuery } from '../../../src/sources/scrape/scrape-query.ts';
import { selectorsOf } from '../../../src/sources/readings/question.ts';

const STEP = 10_000;
const START = 1_000_000;

/** Pages at the grid points from one step before the window; undefined = could not be read. */
type Pages = (string | undefined)[];

function evaluate(query: Record<string, unknown>, instances: Record<string, Pages>) {
  const steps = Math.max(...Object.values(instances).map((pages) => pages.length)) - 2;
  const parsed = parseScrapeQuery({
    metric: 'm',
    query: { source: 'scrape', ...query },
    side: 'canary',
    scope: {
      scope: '',
      location: '',
      startAt: START,
      endAt: START + steps * STEP,
      stepSeconds: STEP / 1000,
      parameters: { instances: Object.keys(instances).join(', ') },
    },
    templates: {},
  });
  const names = new Set(selectorsOf(parsed.question).map(({ name }) => name));
  const readings = new Map(
    Object.values(instances).map((pages, index) => [
      parsed.instances[index]!,
      pages.flatMap((text, step): PageAt[] => {
        const page = text === undefined ? { failure: 'gone' } : keepOfPage(text, names);
        // Readings come a little late, as timers do.
        return 'failure' in page ? [] : [{ ...page, at: START + (step - 1) * STEP + 7 }];
      }),
    ]),
  );
  return evaluateScrapes(parsed, readings, { startAt: START, stepMs: STEP, count: steps + 1 });
}

function values(
  query: Record<string, unknown>,
  instances: Record<string, Pages>,
): number[] | undefined {
  const series = evaluate(query, instances);
  assert.ok(series.length <= 1);
  return series[0]?.values;
}

test('a rate is the growth per second, a reset starts again at 0', () => {
  const pages = ['c 10', 'c 30', 'c 35', 'c 4', 'c 4'];
  assert.deepEqual(values({ rate: 'c' }, { 'a:1': pages }), [2, 0.5, 0.4, 0]);
});

test('a series that appears on a page that was read before began at 0', () => {
  const pages = ['# TYPE c counter', 'c{x="1"} 5', 'c{x="1"} 5\nc{x="2"} 10'];
  assert.deepEqual(values({ rate: 'c' }, { 'a:1': pages }), [0.5, 1]);
});

test('labels select, and a counter without the wanted series counts 0', () => {
  const pages = [
    'c{code="200",m="a"} 10',
    'c{code="200",m="a"} 20',
    'c{code="200",m="a"} 30\nc{code="500",m="a"} 5',
  ];
  assert.deepEqual(values({ rate: 'c', labels: { code: '500' } }, { 'a:1': pages }), [0, 0.5]);
  assert.deepEqual(
    values({ rate: 'c', labels: { code: '200', m: 'a' } }, { 'a:1': pages }),
    [1, 1],
  );
});

test('a name that is on no page is no data, not 0', () => {
  assert.deepEqual(evaluate({ rate: 'typo_total' }, { 'a:1': ['c 1', 'c 2', 'c 3'] }), []);
});

test('a page that could not be read is one gap, and the growth after it is averaged', () => {
  const pages = ['c 0', 'c 10', undefined, 'c 50', 'c 60'];
  assert.deepEqual(values({ rate: 'c' }, { 'a:1': pages }), [1, NaN, 2, 1]);
});

test('without a reading before there is no growth', () => {
  assert.deepEqual(values({ rate: 'c' }, { 'a:1': [undefined, 'c 10', 'c 20'] }), [NaN, 1]);
});

test('rates of all instances are added up, and only of all', () => {
  const both = {
    'a:1': ['c 0', 'c 10', 'c 20', 'c 30'],
    'b:1': ['c 0', 'c 30', undefined, 'c 90'],
  };
  assert.deepEqual(values({ rate: 'c' }, both), [4, NaN, 4]);
  assert.deepEqual(values({ rate: 'c', aggregate: 'mean' }, both), [2, 1, 2]);
  assert.deepEqual(
    evaluate({ rate: 'c', aggregate: 'instance' }, both).map((one) => [one.tags, one.values]),
    [
      [{ instance: 'a:1' }, [1, 1, 1]],
      [{ instance: 'b:1' }, [3, NaN, 3]],
    ],
  );
});

test('gauges are read as they stand', () => {
  const both = {
    'a:1': ['', 'g 1\n', 'g 3', '# none'],
    'b:1': ['', 'g{x="1"} 10\ng{x="2"} 5', 'g 20', 'g 1'],
  };
  assert.deepEqual(values({ gauge: 'g' }, both), [16, 23, NaN]);
  assert.deepEqual(values({ gauge: 'g', aggregate: 'mean' }, both), [8, 11.5, 1]);
});

test('a ratio is that of the growths, over the instances that were read', () => {
  const ratio = {
    numerator: { counter: 'c', labels: { code: '500' } },
    denominator: { counter: 'c' },
  };
  const both = {
    'a:1': [
      'c{code="200"} 0',
      'c{code="200"} 9\nc{code="500"} 1',
      'c{code="200"} 9\nc{code="500"} 1',
      'c{code="200"} 18\nc{code="500"} 2',
    ],
    'b:1': ['c{code="200"} 0', 'c{code="200"} 10', 'c{code="200"} 10', undefined],
  };
  assert.deepEqual(values({ ratio }, both), [0.05, NaN, 0.1]);
});

test('a quantile is that of the growth of the buckets, over all series', () => {
  const page = (fast: number, slow: number, label: string): string =>
    [
      `h_bucket{le="1",x="${label}"} ${fast}`,
      `h_bucket{le="2",x="${label}"} ${fast + slow}`,
      `h_bucket{le="+Inf",x="${label}"} ${fast + slow}`,
    ].join('\n');
  const pages = [page(5, 5, 'a'), page(15, 5, 'a'), `${page(15, 15, 'a')}\n${page(10, 0, 'b')}`];
  const query = { histogram: 'h', quantile: 0.5 };
  assert.deepEqual(values(query, { 'a:1': pages }), [0.5, 1]);
  assert.deepEqual(values({ ...query, labels: { x: 'a' } }, { 'a:1': pages }), [0.5, 1.5]);
  const instances = { 'a:1': pages, 'b:1': pages };
  assert.deepEqual(values(query, instances), [0.5, 1]);
});

test('of two readings near one grid point the nearer counts', () => {
  const query = parseScrapeQuery({
    metric: 'm',
    query: { source: 'scrape', gauge: 'g' },
    side: 'canary',
    scope: {
      scope: '',
      location: '',
      startAt: 0,
      endAt: 0,
      stepSeconds: 10,
      parameters: { instances: 'a:1' },
    },
    templates: {},
  });
  const reading = (at: number, value: number): PageAt => ({
    at,
    wanted: ['g'],
    present: ['g'],
    samples: [{ name: 'g', labels: {}, value }],
  });
  const grid = { startAt: 0, stepMs: STEP, count: 1 };
  for (const readings of [
    [reading(-1000, 1), reading(10, 2), reading(3000, 3)],
    [reading(3000, 3), reading(10, 2), reading(-1000, 1)],
  ]) {
    const [series] = evaluateScrapes(query, new Map([['http://a:1/metrics', readings]]), grid);
    assert.deepEqual(series?.values, [2]);
  }
});

for (const [name, query, parameters, message] of [
  ['no question', {}, { instances: 'a:1' }, /exactly one of rate, gauge, ratio, histogram/],
  ['two questions', { rate: 'a', gauge: 'b' }, { instances: 'a:1' }, /exactly one of/],
  [
    'a histogram without quantile',
    { histogram: 'h' },
    { instances: 'a:1' },
    /"quantile" .* a number between 0 and 1/,
  ],
  ['a quantile of 1', { histogram: 'h', quantile: 1 }, { instances: 'a:1' }, /"quantile"/],
  [
    'half a ratio',
    { ratio: { numerator: { counter: 'a' } } },
    { instances: 'a:1' },
    /"ratio.denominator"/,
  ],
  ['labels that are no texts', { rate: 'a', labels: { x: 1 } }, { instances: 'a:1' }, /"labels"/],
  [
    'an unknown aggregate',
    { rate: 'a', aggregate: 'max' },
    { instances: 'a:1' },
    /sum or mean or instance/,
  ],
  ['no instances', { rate: 'a' }, {}, /needs the scope parameter "instances"/],
  ['an address that is none', { rate: 'a' }, { instances: 'http://' }, /no http url/],
  ['an address with a password', { rate: 'a' }, { instances: 'http://a:b@c' }, /has a password/],
] as const) {
  test(`refused: ${name}`, () => {
    const scope = { scope: '', location: '', startAt: 0, endAt: 0, stepSeconds: 10, parameters };
    assert.throws(
      () =>
        parseScrapeQuery({
          metric: 'm',
          query: { source: 'scrape', ...query },
          side: 'canary',
          scope,
          templates: {},
        }),
      { code: 'invalid-query', message },
    );
  });
}

/** A page whose histogram `h` has these buckets, as written. */
function histogram(rows: Record<string, number>, labels = ''): string {
  return Object.entries(rows)
    .map(([le, count]) => `h_bucket{${labels}le="${le}"} ${count}`)
    .join('\n');
}

test('bounds of buckets are numbers: instances that spell them differently share them', () => {
  const zero = { '1': 0, '2': 0, '+Inf': 0 };
  const spelled = values(
    { histogram: 'h', quantile: 0.95 },
    {
      'a:1': [histogram(zero), histogram({ '1': 60, '2': 100, '+Inf': 100 })],
      'b:1': [
        histogram({ '1.0': 0, '2.0': 0, '+Inf': 0 }),
        histogram({ '1.0': 50, '2.0': 100, '+Inf': 100 }),
      ],
    },
  );
  const alike = values(
    { histogram: 'h', quantile: 0.95 },
    { 'a:1': [histogram(zero), histogram({ '1': 110, '2': 200, '+Inf': 200 })] },
  );
  assert.deepEqual(spelled, alike);
});

test('a bucket that is spelled differently after a restart is not a new one', () => {
  const before = histogram({ '1': 1000, '2': 1000, '+Inf': 1000 });
  const after = histogram({ '1.0': 1001, '2.0': 1010, '+Inf': 1010 });
  const alike = histogram({ '1': 1001, '2': 1010, '+Inf': 1010 });
  const query = { histogram: 'h', quantile: 0.5 };
  assert.deepEqual(
    values(query, { 'a:1': [before, before, after] }),
    values(query, { 'a:1': [before, before, alike] }),
  );
});

test('a bound is chosen in whatever spelling, and one that a page spells twice is added up', () => {
  const pages = [
    histogram({ '0.3': 0, '3e-1': 0, '+Inf': 0 }),
    histogram({ '0.3': 10, '3e-1': 20, '+Inf': 100 }),
  ];
  const part = (le: string) => ({ counter: 'h_bucket', labels: { le } });
  const ratio = { numerator: part('0.30'), denominator: part('Inf') };
  assert.deepEqual(values({ ratio }, { 'a:1': pages }), [0.3]);
});
