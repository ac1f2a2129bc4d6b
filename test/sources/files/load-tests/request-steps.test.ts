import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRequestSteps } from '../../../../src/sources/files/load-tests/request-steps.ts';

interface Request {
  at: number;
  ms: number;
  isError: boolean;
}

const request = fc.record({
  at: fc.integer({ min: 0, max: 12 * 3_600_000 }),
  ms: fc.integer({ min: 0, max: 2000 }),
  isError: fc.boolean(),
});

/** The same by holding all of them. */
function expected(requests: readonly Request[], startAt: number, stepMs: number) {
  const length = Math.floor((Math.max(...requests.map(({ at }) => at)) - startAt) / stepMs) + 1;
  return Array.from({ length }, (_, i) => {
    const own = requests.filter(({ at }) => Math.floor((at - startAt) / stepMs) === i);
    const sorted = own.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return {
      requests: own.length,
      errors: own.filter(({ isError }) => isError).length,
      p90: own.length === 0 ? NaN : sorted[Math.ceil(0.9 * own.length - 1e-9) - 1],
      slow: own.filter(({ ms }) => ms > 500).length,
    };
  });
}

test('steps are those of all requests, in whatever order and over whatever time they come', () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 300 }), (requests) => {
      const steps = createRequestSteps();
      requests.forEach(({ at, ms, isError }, i) => steps.add(at, ms, isError, i));
      const test = steps.finish({ what: 'x' });
      assert.ok(test.length <= 1200);
      const told = test.steps(test.stepMs).map(({ latencies, ...counts }) => ({
        ...counts,
        p90: latencies.quantile(0.9),
        slow: latencies.slowerThan(500),
      }));
      assert.deepEqual(told, expected(requests, test.startAt!, test.stepMs));
    }),
  );
});

test('latencies that are no whole numbers are kept within 0.05 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 1e7, noNaN: true }), (ms) => {
      const steps = createRequestSteps();
      steps.add(0, ms, false, 1);
      const [step] = steps.finish({ what: 'x' }).steps(1000);
      assert.ok(Math.abs(step!.latencies.quantile(0.5) / ms - 1) < 5e-4);
    }),
  );
});

test('a second with many requests holds one number for each latency that occurs', () => {
  const steps = createRequestSteps();
  for (let i = 0; i < 100_000; i++) steps.add(i / 100, i % 1000, false, i);
  const [step] = steps.finish({ what: 'x' }).steps(1000);
  assert.deepEqual(
    [step?.requests, step?.latencies.quantile(0.99), step?.latencies.slowerThan(899)],
    [100_000, 989, 10_000],
  );
});
