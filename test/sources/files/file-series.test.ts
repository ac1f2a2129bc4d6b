import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSeriesFile } from '../../../src/sources/files/file-series.ts';

const TEN = Date.parse('2026-01-15T10:00:00Z');

test('a wide CSV has a column for each metric; rows in any order, holes and empty cells are NaN', () => {
  const text = [
    'time,"error, rate",latency',
    '2026-01-15T10:02:00Z,0.3,',
    '2026-01-15T10:00:00Z,0.1,5',
    '',
    '2026-01-15T12:01:00+02:00,,6',
    '2026-01-15T10:04:00Z,+Inf,7',
  ].join('\r\n');
  const grid = { tags: {}, startAt: TEN, stepMs: 60_000, attributes: {} };
  assert.deepEqual(readSeriesFile(text, 'csv'), {
    'error, rate': [{ ...grid, values: [0.1, NaN, 0.3, NaN, Infinity] }],
    latency: [{ ...grid, values: [5, 6, NaN, NaN, 7] }],
  });
});

test('a long CSV has a row for each value; other columns are tags', () => {
  const text = 'metric,time,value,pod\ncpu,1000,1,a\ncpu,1010,2,a\ncpu,1000,3,\nmem,1000,4,a\n';
  const series = readSeriesFile(text, 'csv');
  assert.deepEqual(series['cpu'], [
    { tags: { pod: 'a' }, startAt: 1_000_000, stepMs: 10_000, values: [1, 2], attributes: {} },
    { tags: {}, startAt: 1_000_000, stepMs: 60_000, values: [3], attributes: {} },
  ]);
  assert.deepEqual(Object.keys(series), ['cpu', 'mem']);
});

test('epoch seconds and milliseconds, a date, and a space for the T are the same instants', () => {
  for (const time of ['1768435200', '1768435200000', '2026-01-15', '2026-01-15 00:00Z']) {
    const { m } = readSeriesFile(`time,m\n${time},1`, 'csv');
    assert.equal(m?.[0]?.startAt, Date.parse('2026-01-15T00:00:00Z'), time);
  }
});

test('JSON is lists of numbers or of times and values', () => {
  const text = JSON.stringify({
    plain: [1, null, 3],
    timed: [
      { time: '2026-01-15T10:00:30Z', value: 'NaN' },
      { time: TEN, value: 2 },
    ],
    empty: [],
  });
  const series = readSeriesFile(text, 'json');
  assert.deepEqual(series['plain']?.[0]?.values, [1, NaN, 3]);
  assert.deepEqual(series['timed'], [
    { tags: {}, startAt: TEN, stepMs: 30_000, values: [2, NaN], attributes: {} },
  ]);
  assert.deepEqual(series['empty']?.[0]?.values, []);
});

test('a metric may have any name', () => {
  const text = '{"__proto__": [1], "constructor": [2]}';
  assert.deepEqual(Object.keys(readSeriesFile(text, 'json')), ['__proto__', 'constructor']);
});

for (const [name, text, message] of [
  ['no header', '', /needs a header with a column "time"/],
  ['no time column', 'a,b\n1,2', /needs a header with a column "time"/],
  ['a column twice', 'time,a,a\n1,2,3', /has the column "a" twice/],
  ['a repeated time', 'time,a\n1,2\n2,3\n1,4', /^line 4 repeats the time of line 2 for metric "a"/],
  [
    'a time without zone',
    'time,a\n2026-01-15T10:00:00,2',
    /^line 2 has the time "2026-01-15T10:00:00"/,
  ],
  ['a time that is none', 'time,a\nyesterday 1,2', /^line 2 has the time "yesterday 1"/],
  ['a value that is none', 'time,a\n1,2\n2,two', /^line 3 has a value that is no number: "two"/],
  ['a short row', 'time,a\n1,2\n2', /^line 3 has 1 cells, the header has 2/],
  ['times on no grid', 'time,a\n0,1\n60,2\n150,3', /^line 4 is 90000 ms after the time before/],
  ['a misplaced quote', 'time,a\n1,2\n2,x"y', /^line 3 of the file is no CSV/],
  ['a line break in quotes is counted', 'time,"a\nb"\n1,x', /^line 3 has a value/],
  ['a huge hole', 'time,a\n0,1\n1,2\n99999999,3', /has 100000000 points .* more than 1000000/],
] as const) {
  test(`refused: ${name}`, () => {
    assert.throws(() => readSeriesFile(text, 'csv'), { code: 'invalid-request', message });
  });
}

for (const [text, message] of [
  ['{', /the file is no JSON/],
  ['[]', /must be a map of metric names/],
  ['{"a": 1}', /metric "a" must be a list/],
  ['{"a": [1, "x"]}', /item 2 of metric "a" has a value that is no number: "x"/],
  ['{"a": [{"value": 1}]}', /item 1 of metric "a" has no time/],
  ['{"a": [{"time": 1, "value": 1}, {"time": 1, "value": 2}]}', /item 2 of metric "a" repeats/],
] as const) {
  test(`refused JSON: ${text}`, () => {
    assert.throws(() => readSeriesFile(text, 'json'), { code: 'invalid-request', message });
  });
}
