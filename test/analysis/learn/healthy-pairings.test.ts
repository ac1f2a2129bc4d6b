import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  baselineWindow,
  equalWindows,
  pairHalves,
  pairWindows,
} from '../../../src/analysis/learn/healthy-pairings.ts';
import type { HealthyAnalysis } from '../../../src/analysis/run/judge-input.ts';
import { createMetricConfig } from '../../support/metric-config.ts';

const MINUTE = 60_000;
const latency = createMetricConfig({ name: 'latency' });
const HOUR = 60 * MINUTE;

/** A healthy analysis from this hour on, with one series for each list of values. */
function analysis(
  analysisId: string,
  hour: number,
  series: number[][],
  changes: { metric?: string; stepMs?: number } = {},
): HealthyAnalysis {
  const { metric = 'latency', stepMs = MINUTE } = changes;
  const side = (values: number[]) => ({ startAt: hour * HOUR, stepMs, values, attributes: {} });
  return {
    analysisId,
    result: {
      pairs: series.map((values, k) => ({
        id: `${analysisId}-${k}`,
        metric,
        tags: { pod: String(k) },
        baseline: side(values),
        canary: side(values.map(() => -1)),
      })),
    },
  };
}

const windowsOf = (...all: HealthyAnalysis[]) =>
  all.map((one) => baselineWindow(one, [latency])).filter((window) => window !== undefined);

test('only the baseline is taken, and only where every metric has data', () => {
  const [window] = windowsOf(analysis('a', 5, [[1, 2]]));
  assert.deepEqual(window!.series, [{ metric: 'latency', tags: { pod: '0' }, values: [1, 2] }]);
  assert.deepEqual(windowsOf(analysis('b', 5, [[NaN, NaN]])), []);
  assert.deepEqual(windowsOf(analysis('c', 5, [[1]], { metric: 'other' })), []);
  assert.deepEqual(windowsOf({ analysisId: 'd', result: { pairs: [] } }), []);
});

test('windows are made equal in step and length', () => {
  const windows = windowsOf(
    analysis('a', 9, [[1, 2, 3, 4]]),
    analysis('b', 8, [[1, 2, 3]]),
    analysis('c', 7, [[1, 2, 3, 4, 5]]),
    analysis('d', 6, [[1]]),
    analysis('e', 5, [[1, 2, 3]], { stepMs: 1000 }),
  );
  const equal = equalWindows(windows, 100);
  assert.deepEqual(
    equal.map(({ analysisId, length, series }) => [analysisId, length, series[0]!.values.length]),
    [
      ['a', 3, 3],
      ['b', 3, 3],
      ['c', 3, 3],
    ],
  );
  assert.equal(equalWindows(windows, 2)[0]!.length, 2);
});

test('every two windows are paired, but none with one that shares its time', () => {
  const values = Array.from({ length: 60 }, (_, i) => i);
  const windows = windowsOf(
    analysis('late', 9, [values]),
    analysis('overlapping', 8.5, [values]),
    analysis('early', 7, [values]),
  );
  const pairs = pairWindows(windows).map(({ analyses }) => analyses.join(' '));
  assert.deepEqual(pairs, ['early late', 'overlapping early']);
});

test('series are paired by equal tags, and the older one is not always the baseline', () => {
  const windows = windowsOf(
    analysis('c', 9, [[1], [2]]),
    analysis('b', 8, [[10], [20]]),
    analysis('a', 7, [[100], [200]]),
  );
  const sides = pairWindows(windows).map(({ runs }) =>
    runs.map(({ baseline, canary }) => [baseline[0], canary[0]]),
  );
  assert.deepEqual(sides, [
    [
      [10, 1],
      [20, 2],
    ],
    [
      [1, 100],
      [2, 200],
    ],
    [
      [100, 10],
      [200, 20],
    ],
  ]);
});

test('halves average every other series, counts and their exposures add up', () => {
  const three = analysis('a', 9, [
    [1, 1],
    [2, 2],
    [3, NaN],
  ]);
  const [half] = pairHalves(windowsOf(three), [latency]);
  assert.deepEqual(half!.analyses, ['a']);
  assert.deepEqual(
    [half!.runs[0]!.baseline, half!.runs[0]!.canary],
    [
      [2, 1],
      [2, 2],
    ],
  );

  const counted = createMetricConfig({ name: 'latency', kind: 'count' });
  const exposures = Object.fromEntries(
    three.result.pairs.map(({ id }) => [id, { baseline: [10, 10], canary: [1, 1] }]),
  );
  const window = baselineWindow({ analysisId: 'a', result: { ...three.result, exposures } }, [
    counted,
  ])!;
  const [run] = pairHalves([window], [counted])[0]!.runs;
  assert.deepEqual(run!.baseline, [4, NaN]);
  assert.deepEqual(run!.exposure, { baseline: [20, 20], canary: [10, 10] });
  assert.deepEqual(pairHalves(windowsOf(analysis('b', 9, [[1]])), [latency]), []);
});
