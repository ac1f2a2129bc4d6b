import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest } from '../read-text.ts';

const BEGIN = `Running 10s test @ http://127.0.0.1/
  2 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.83ms    5.51ms 128.39ms   97.83%
`;

test('what wrk prints: one step, errors of every kind, the quantiles that it has', async () => {
  const test = await readTest(`${BEGIN}  Latency Distribution
     50%  980.00us
     75%    4.02ms
     99%    1.20s
  23770 requests in 20.05s, 2.82MB read
  Socket errors: connect 0, read 2, write 0, timeout 5
  Non-2xx or 3xx responses: 235
Requests/sec:   1185.42
`);
  const [step] = test.steps(test.stepMs);
  const quantiles = [0.5, 0.75, 0.95, 0.99].map((share) => step!.latencies.quantile(share));
  assert.deepEqual([step?.requests, step?.errors], [23_770, 242]);
  assert.deepEqual(quantiles, [0.98, 4.02, NaN, 1200]);
  assert.equal(test.isSummary, true);
});

test('what wrk2 prints: every quantile and the slow requests, by its spectrum', async () => {
  const test = await readTest(`${BEGIN}  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%   40.00ms
 99.000%  120.00ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

      20.000     0.000000            1         1.00
      40.000     0.500000           50         2.00
      90.000     0.900000           90        10.00
     120.000     0.990000           99       100.00
     400.000     1.000000          100          inf
#[Mean    =       45.000, StdDeviation   =        9.000]
  100 requests in 10.00s, 1.00MB read
`);
  const { latencies } = test.steps(test.stepMs)[0]!;
  assert.deepEqual(
    [0.5, 0.9, 0.95, 1].map((share) => latencies.quantile(share)),
    [40, 90, 120, 400],
  );
  assert.equal(latencies.slowerThan(100), 10);
});

for (const [name, text, message] of [
  [
    'no distribution',
    `${BEGIN}  10 requests in 1.00s, 1MB read`,
    /run the test again with --latency/,
  ],
  [
    'a test that did not end',
    `${BEGIN}  Latency Distribution\n     50%  9us`,
    /^has no line "N requests in"/,
  ],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(text), { code: 'invalid-request', message });
  });
}
