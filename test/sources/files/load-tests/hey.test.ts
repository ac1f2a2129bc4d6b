import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest, tellSteps } from '../read-text.ts';

const HEADER =
  'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset';

test('CSV of hey: seconds, and offsets instead of instants', async () => {
  const rows = [
    '0.0400,0,0,0,0.04,0,200,0.0100',
    '0.1200,0,0,0,0.1,0,503,0.5',
    '0.06,0,0,0,0,0,200,1.2',
  ];
  const test = await readTest([HEADER, ...rows].join('\n'));
  assert.equal(test.startAt, undefined);
  assert.deepEqual(tellSteps(test), [
    { requests: 2, errors: 1, p50: 40, p95: 120, slow: 1 },
    { requests: 1, errors: 0, p50: 60, p95: 60, slow: 0 },
  ]);
  assert.match(test.notes[0]!, /no answer at all/);
});

test('refused: a line without its offset', async () => {
  await assert.rejects(readTest(`${HEADER}\n0.04,0,0,0,0.04,0,200`), {
    message: /^line 2 lacks response-time, status-code or offset/,
  });
});
