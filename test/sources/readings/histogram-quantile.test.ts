import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import {
  histogramQuantile,
  type Bucket,
} from '../../../src/sources/readings/histogram-quantile.ts';
import { readSampleValue } from '../../../src/sources/grid/sample-value.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';

const AT = Date.parse('2026-01-15T10:00:00Z');
const QUANTILES = [0.01, 0.25, 0.5, 0.9, 0.95, 0.999];
/** Bounds, counts, and how the bound is written where it is not as usual. */
const HISTOGRAMS: Record<string, [bound: number, count: number, le?: string][]> = {
  plain: [
    [0.1, 5],
    [0.5, 50],
    [1, 90],
    [Infinity, 100],
  ],
  all_in_last: [
    [0.1, 0],
    [1, 0],
    [Infinity, 10],
  ],
  all_in_first: [
    [0.1, 10],
    [1, 10],
    [Infinity, 10],
  ],
  negative: [
    [-2, 3],
    [-1, 7],
    [0, 9],
    [Infinity, 10],
  ],
  empty_middle: [
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 9],
    [Infinity, 9],
  ],
  nothing: [
    [1, 0],
    [Infinity, 0],
  ],
  no_last: [
    [1, 5],
    [2, 9],
  ],
  twice_spelled: [
    [1, 40],
    [1, 12, '1.0'],
    [2, 50],
    [2, 48, '2.00'],
    [Infinity, 100],
  ],
  only_last: [[Infinity, 9]],
};

function buckets(name: string): Bucket[] {
  return HISTOGRAMS[name]!.map(([bound, count]) => ({ bound, count }));
}

let prometheus: RunningPrometheus | undefined;

before(async () => {
  if (PROMETHEUS_SKIP !== false) return;
  const samples = Object.entries(HISTOGRAMS).flatMap(([name, rows]) =>
    rows.map(([bound, value, le]) => ({
      suffix: '',
      labels: { name, le: le ?? (bound === Infinity ? '+Inf' : String(bound)) },
      at: AT,
      value,
    })),
  );
  prometheus = await startPrometheus([{ name: 'buckets', type: 'gauge', samples }]);
});

after(() => prometheus?.stop());

test('quantiles are those of a real Prometheus', { skip: PROMETHEUS_SKIP }, async () => {
  for (const quantile of QUANTILES) {
    const query = encodeURIComponent(`histogram_quantile(${quantile}, buckets)`);
    const answer = await fetch(`${prometheus!.url}/api/v1/query?time=${AT / 1000}&query=${query}`);
    const { data } = (await answer.json()) as {
      data: { result: { metric: { name: string }; value: [number, string] }[] };
    };
    assert.equal(data.result.length, Object.keys(HISTOGRAMS).length);
    for (const { metric, value } of data.result) {
      const expected = readSampleValue(value[1])!;
      const estimate = histogramQuantile(quantile, buckets(metric.name));
      assert.ok(
        Object.is(estimate, expected) || Math.abs(estimate - expected) < 1e-12,
        `${metric.name} ${quantile}: ${estimate}, Prometheus says ${expected}`,
      );
    }
  }
});

test('a count that falls is lifted to the one before', () => {
  const falling = [
    [1, 5],
    [2, 4],
    [Infinity, 4],
  ].map(([bound, count]) => ({ bound: bound!, count: count! }));
  const lifted = falling.map(({ bound }) => ({ bound, count: 5 }));
  assert.equal(histogramQuantile(0.5, falling), histogramQuantile(0.5, lifted));
});

test('a quantile never falls with its rank and stays within the finite bounds', () => {
  const increments = fc.array(fc.nat(100), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(
      increments,
      fc.tuple(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      ),
      (counts, ranks) => {
        let count = 1;
        const all = counts.map((more, index) => ({
          bound: index === counts.length - 1 ? Infinity : index + 1,
          count: (count += more),
        }));
        const [low, high] = ranks
          .toSorted((a, b) => a - b)
          .map((rank) => histogramQuantile(rank, all));
        assert.ok(low! <= high! + 1e-9);
        assert.ok(low! >= 0 && high! <= counts.length - 1);
      },
    ),
  );
});
