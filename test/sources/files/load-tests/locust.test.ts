import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest } from '../read-text.ts';

const HEADER =
  'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,95%,99%,Total Request Count,Total Failure Count';

function row(second: number, name: string, counts: [number, number], p50: number | 'N/A'): string {
  const p95 = p50 === 'N/A' ? p50 : p50 * 2;
  return `${1768471200 + second},5,,${name},1.0,0.0,${p50},${p95},${p95},${counts.join()}`;
}

const told = (steps: Awaited<ReturnType<typeof readTest>>, stepMs: number) =>
  steps
    .steps(stepMs)
    .map(({ requests, errors, latencies }) => [
      requests,
      errors,
      latencies.quantile(0.5),
      latencies.quantile(0.95),
    ]);

test('a history of Locust: what came in ten seconds, the quantiles of the last line of each', async () => {
  const test = await readTest(
    [
      HEADER,
      row(0, 'Aggregated', [0, 0], 'N/A'),
      row(9, '/a', [99, 9], 7),
      row(9, 'Aggregated', [100, 2], 40),
      row(12, 'Aggregated', [150, 2], 44),
      row(19, 'Aggregated', [200, 3], 50),
      row(25, 'Aggregated', [230, 3], 60),
    ].join('\n'),
  );
  assert.deepEqual(told(test, 10_000), [
    [100, 2, 40, 80],
    [100, 1, 50, 100],
    [30, 0, 60, 120],
  ]);
  assert.deepEqual(told(test, 30_000), [
    [230, 3, (40 * 100 + 50 * 100 + 60 * 30) / 230, (80 * 100 + 100 * 100 + 120 * 30) / 230],
  ]);
  assert.ok(Number.isNaN(test.steps(10_000)[0]?.latencies.slowerThan(1)));
});

test('counts that were set back begin again', async () => {
  const rows = [
    row(0, 'Aggregated', [0, 0], 'N/A'),
    row(5, 'Aggregated', [70, 5], 40),
    row(8, 'Aggregated', [20, 1], 40),
  ];
  const test = await readTest([HEADER, ...rows].join('\n'));
  assert.deepEqual(told(test, 10_000), [[90, 6, 40, 80]]);
});

for (const [name, text, message] of [
  [
    'the wrong file',
    'Timestamp,User Count,Name\n1,2,Aggregated',
    /^line 1 has no column "Total Request Count": take the file/,
  ],
  ['a cut line', `${HEADER}\n1768471200,5,,Aggregated,1.0`, /^line 2 lacks the time or the counts/],
  ['no request', `${HEADER}\n${row(0, 'Aggregated', [0, 0], 'N/A')}`, /^has no request/],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(text), { code: 'invalid-request', message });
  });
}
