// What is small behind `canary preview` and `canary try`: lines of a series, windows in the past, queries of a metric.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queriesOfMetric } from '../../../src/cli/trial/metric-queries.ts';
import { pastWindow } from '../../../src/cli/trial/past-window.ts';
import { sparkline } from '../../../src/cli/trial/sparkline.ts';

test('a series is a line from its least to its largest value, with dots for gaps', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), '▁▂▃▄▅▆▇█');
  assert.equal(sparkline([1, 1, NaN, 1], 10), '▁▁·▁');
  assert.equal(sparkline([0, 0, 10, 10, NaN, NaN], 3), '▁█·');
  assert.equal(sparkline([], 10), '');
  assert.equal(sparkline([Number.POSITIVE_INFINITY, 1], 2), '·▁');
});

const NOW = Date.parse('2026-01-15T10:00:37Z');
const window = (options: Parameters<typeof pastWindow>[0], step?: string) =>
  pastWindow(options, { now: NOW, step, command: 'canary try' });

test('the past hour ends at the last whole step', () => {
  assert.deepEqual(window({}), {
    start: '2026-01-15T09:00:00.000Z',
    end: '2026-01-15T10:00:00.000Z',
    step: '1m',
  });
  assert.equal(window({ last: '30m' }, '5m').start, '2026-01-15T09:30:00.000Z');
  assert.equal(window({ last: '30m', step: '30s' }).end, '2026-01-15T10:00:30.000Z');
});

test('what cannot be a window is refused with what was meant', () => {
  const refused = (options: Parameters<typeof pastWindow>[0], why: RegExp) =>
    assert.throws(() => window(options), why);
  refused({ last: '60' }, /--last got "60"; did you mean 60s\?/);
  refused({ last: '10s' }, /--last 10s is shorter than one step of 1m/);
  refused({ last: '1h', start: '2026-01-15T09:00:00Z' }, /--last excludes --start and --end/);
  refused({ start: '2026-01-15T09:00:00Z' }, /--start and --end go together/);
  refused({ start: '1h', end: '2026-01-15T09:00:00Z' }, /did you mean now-1h/);
  refused({ step: '0s' }, /--step must be longer than 0s/);
});

test('a metric is its query, its exposure and the queries of its formula', () => {
  const query = { source: 'prometheus', promql: 'up' } as const;
  assert.deepEqual(
    queriesOfMetric({ name: 'errors', unit: '1', query, exposure: query }).map(({ part }) => part),
    ['', 'exposure'],
  );
  const formula = { name: 'ratio', formula: 'a / b', queries: { a: query, b: query } };
  assert.deepEqual(
    queriesOfMetric(formula).map(({ part }) => part),
    ['a', 'b'],
  );
  assert.deepEqual(queriesOfMetric({ name: 'sent', query: { source: 'inline' } }), []);
});
