import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNumber, readTime, seriesOfFrame } from '../../../src/sources/grid/frames.ts';

const AT = Date.parse('2026-01-15T10:00:00Z');

test('rows of equal labels are one series, whatever their order', () => {
  const columns = ['host', 'value', 'time'];
  const rows = [
    ['a', '2', AT + 60_000],
    ['b', null, AT],
    ['a', 1n, AT / 1000],
  ];
  assert.deepEqual(seriesOfFrame({ columns, rows }), [
    {
      tags: { host: 'a' },
      points: [
        [AT + 60_000, 2],
        [AT, 1],
      ],
    },
    { tags: { host: 'b' }, points: [[AT, NaN]] },
  ]);
});

test('several columns of values are told apart by their names', () => {
  const frame = { columns: ['time', 'requests', 'errors'], rows: [[AT, 10, 1]] };
  const values = ['requests', 'errors'];
  assert.deepEqual(seriesOfFrame(frame, { values }), [
    { tags: { column: 'requests' }, points: [[AT, 10]] },
    { tags: { column: 'errors' }, points: [[AT, 1]] },
  ]);
});

const times: [unknown, number][] = [
  [new Date(AT), AT],
  [AT, AT],
  [AT / 1000, AT],
  [BigInt(AT), AT],
  [String(AT), AT],
  ['1.7684712E9', 1768471200000],
  ['1768471200.000', 1768471200000],
  ['2026-01-15 10:00:00', AT],
  ['2026-01-15T10:00:00.000', AT],
  ['2026-01-15T11:00:00+01:00', AT],
];
for (const [value, at] of times) {
  test(`a time may be written as ${typeof value} ${String(value)}`, () =>
    assert.equal(readTime(value, 'time'), at));
}

test('what is no time and no number is told with its column', () => {
  for (const value of [null, undefined, 'soon', {}, NaN]) {
    assert.throws(() => readTime(value, 'ts'), /^Fault: a row whose "ts" is no time: /);
  }
  assert.throws(() => readNumber('many', 'n'), /a row whose "n" is no number: "many"/);
  assert.equal(readNumber('nan', 'n'), NaN);
  assert.equal(readNumber('18446744073709551615', 'n'), 2 ** 64);
});

test('a table without a time or with two rows for one is refused with what to do', () => {
  const rows = [
    [AT, 1],
    [AT, 2],
  ];
  assert.throws(
    () => seriesOfFrame({ columns: ['t', 'value'], rows }),
    /without the column "time" \(it has "t", "value"\); name it so with AS/,
  );
  assert.throws(
    () => seriesOfFrame({ columns: ['time', 'value'], rows }),
    /two rows for 2026-01-15T10:00:00.000Z and \{\}; group by time and labels/,
  );
});
