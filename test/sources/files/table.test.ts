import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readSeries } from './read-text.ts';

const TEN = Date.parse('2026-01-15T10:00:00Z');

test('a wide CSV has a column for each metric; rows in any order, holes and empty cells are NaN', async () => {
  const text = [
    'time,"error, rate",latency',
    '2026-01-15T10:02:00Z,0.3,',
    '2026-01-15T10:00:00Z,0.1,5',
    '',
    '2026-01-15T12:01:00+02:00,,6',
    '2026-01-15T10:04:00Z,+Inf,7',
  ].join('\r\n');
  const grid = { tags: {}, startAt: TEN, stepMs: 60_000, attributes: {} };
  assert.deepEqual(await readSeries(text), {
    'error, rate': [{ ...grid, values: [0.1, NaN, 0.3, NaN, Infinity] }],
    latency: [{ ...grid, values: [5, 6, NaN, NaN, 7] }],
  });
});

test('a long CSV has a row for each value; other columns are tags', async () => {
  const text = 'metric,time,value,pod\ncpu,1000,1,a\ncpu,1010,2,a\ncpu,1000,3,\nmem,1000,4,a\n';
  const series = await readSeries(text);
  assert.deepEqual(series['cpu'], [
    { tags: { pod: 'a' }, startAt: 1_000_000, stepMs: 10_000, values: [1, 2], attributes: {} },
    { tags: {}, startAt: 1_000_000, stepMs: 60_000, values: [3], attributes: {} },
  ]);
  assert.deepEqual(Object.keys(series), ['cpu', 'mem']);
});

test('epoch seconds and milliseconds, a date, and a space for the T are the same instants', async () => {
  for (const time of ['1768435200', '1768435200000', '2026-01-15', '2026-01-15 00:00Z']) {
    const { m } = await readSeries(`time,m\n${time},1`);
    assert.equal(m?.[0]?.startAt, Date.parse('2026-01-15T00:00:00Z'), time);
  }
});

test('JSON is lists of numbers or of times and values', async () => {
  const text = JSON.stringify({
    plain: [1, null, 3],
    timed: [
      { time: '2026-01-15T10:00:30Z', value: 'NaN' },
      { time: TEN, value: 2 },
    ],
    empty: [],
  });
  const series = await readSeries(text);
  assert.deepEqual(series['plain']?.[0]?.values, [1, NaN, 3]);
  assert.deepEqual(series['timed'], [
    { tags: {}, startAt: TEN, stepMs: 30_000, values: [2, NaN], attributes: {} },
  ]);
  assert.deepEqual(series['empty']?.[0]?.values, []);
});

test('a metric may have any name', async () => {
  const text = '{"__proto__": [1], "constructor": [2]}';
  const series = await readSeries(text);
  assert.deepEqual(Object.keys(series), ['__proto__', 'constructor']);
});

for (const [name, text, message] of [
  ['nothing', '', /^is empty/],
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
  ['a misplaced quote', 'time,a\n1,2\n2,x"y', /^line 3 is no CSV: a quote is out of place/],
  ['a line break in quotes is counted', 'time,"a\nb"\n1,x', /^line 3 has a value/],
  ['a huge hole', 'time,a\n0,1\n1,2\n99999999,3', /has 100000000 points .* more than 1000000/],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readSeries(text), { code: 'invalid-request', message });
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
  test(`refused JSON: ${text}`, async () => {
    await assert.rejects(readSeries(text), { code: 'invalid-request', message });
  });
}

test('an export of a dashboard: quoted, units that change from cell to cell, grouped thousands, no value', async () => {
  const text = [
    '"Time","p95","errors","traffic","memory","load"',
    '2026-01-15 10:00:00,980 ms,0%,"1,234 req/s",900 KiB,1.2 K',
    '2026-01-15 10:01:00,1.25 s,45.5%,999 req/s,1 MiB,2 Mil',
    '2026-01-15 10:02:00,,null,-,undefined,"1,300"',
  ].join('\n');
  const series = await readSeries(text, { zone: 'Europe/Berlin' });
  const values = Object.fromEntries(
    Object.entries(series).map(([name, [one]]) => [name, one?.values]),
  );
  assert.deepEqual(values, {
    p95: [980, 1250, NaN],
    errors: [0, 45.5, NaN],
    traffic: [1234, 999, NaN],
    memory: [900 * 1024, 1024 * 1024, NaN],
    load: [1200, 2_000_000, 1300],
  });
  assert.equal(series['p95']?.[0]?.startAt, Date.parse('2026-01-15T09:00:00Z'));
});

test('of a spreadsheet: a line that names the delimiter, semicolons, decimal commas, UTF-16 with its mark', async () => {
  const text = 'sep=;\r\n"Time";"a"\r\n1768471200000;1.234,5\r\n1768471260000;0,25\r\n';
  for (const content of [text, Buffer.from(`\ufeff${text}`, 'utf16le'), `\ufeff${text}`]) {
    const { a } = await readSeries(content);
    assert.deepEqual([a?.[0]?.startAt, a?.[0]?.values], [1768471200000, [1234.5, 0.25]]);
  }
});

test("tabs, a spreadsheet's clock, and a long form whose column is called Series", async () => {
  const text =
    'Series\tTime\tValue\nx\t2026/01/15 10:00:00,250\t1\nx\t2026/01/15 10:00:01,250\t2\n';
  const { x } = await readSeries(text, { zone: 0 });
  assert.deepEqual(x?.[0], {
    tags: {},
    startAt: TEN + 250,
    stepMs: 1000,
    values: [1, 2],
    attributes: {},
  });
});

test('gzip is read as what is in it', async () => {
  const { a } = await readSeries(gzipSync('time,a\n1,2\n2,3\n'));
  assert.deepEqual(a?.[0]?.values, [2, 3]);
  const broken = gzipSync('time,a\n1,2\n2,3\n').subarray(0, 20);
  await assert.rejects(readSeries(broken), { message: /^is broken gzip/ });
});

for (const [name, text, message] of [
  [
    'a number that two countries read apart',
    'time;a\n1;"1,234"\n',
    /^line 2 has "1,234", .*--decimal/,
  ],
  [
    'a local time',
    'time,a\n2026-01-15 10:00,2',
    /^line 2 .*in which zone it is meant, with --zone UTC/,
  ],
  [
    'a day that may be a month',
    'time,a\n01/02/2026 10:00,2',
    /^line 2 .*which of its numbers is the day/,
  ],
  ['another unit', 'time,a\n1,2 ms\n2,3%', /^line 3 has "3%" for "a", in another unit than line 2/],
  [
    'a unit that nobody knows',
    'time,a\n1,2 furlongs',
    /^line 2 has a value that is no number: "2 furlongs"/,
  ],
  [
    'numbers with commas out of quotes',
    'time,a\n1,2,000',
    /^line 2 has 3 cells, .* must be quoted/,
  ],
  ['an open quote', 'time,a\n1,"2\n2,3', /^line 2 is no CSV/],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readSeries(text), { code: 'invalid-request', message });
  });
}

test('--decimal decides what the numbers leave open', async () => {
  const text = 'time;a\n1;1,234\n';
  assert.equal((await readSeries(text, { decimal: 'comma' }))['a']?.[0]?.values[0], 1.234);
  assert.equal((await readSeries(text, { decimal: 'point' }))['a']?.[0]?.values[0], 1234);
});
