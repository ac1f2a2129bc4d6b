import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregateInstances } from '../../../src/analysis/run/instances.ts';
import { pairSeries } from '../../../src/analysis/run/pair.ts';
import type { Aggregate } from '../../../src/model/config.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import type { Series } from '../../../src/model/series.ts';

const STEP = 60_000;
const PLACE = { metric: 'cpu', side: 'canary' } as const;

function series(tags: Record<string, string>, values: number[], startAt = 0): Series {
  return { tags, startAt, stepMs: STEP, values, attributes: { query: 'q' } };
}

function aggregate(given: Series[], by: Aggregate = 'mean') {
  return aggregateInstances(given, { label: 'pod', aggregate: by }, PLACE);
}

test('instances are put together step by step, over those that have a value there', () => {
  const pods = [series({ pod: 'a' }, [1, 4, NaN]), series({ pod: 'b' }, [3, NaN, NaN])];
  const valuesBy = (by: Aggregate) => aggregate(pods, by).series.map(({ values }) => values);
  assert.deepEqual(valuesBy('mean'), [[2, 4, NaN]]);
  assert.deepEqual(valuesBy('sum'), [[4, 4, NaN]]);
  assert.deepEqual(valuesBy('max'), [[3, 4, NaN]]);
});

test('the whole loses the label of the instance, and keeps its query', () => {
  const [whole] = aggregate([series({ pod: 'a', zone: 'x' }, [1])]).series;
  assert.deepEqual(whole, series({ zone: 'x' }, [1]));
});

test('an instance that comes late, or goes, lies on the grid of all', () => {
  const found = aggregate([series({ pod: 'late' }, [5], 2 * STEP), series({ pod: 'gone' }, [1])]);
  assert.deepEqual(
    found.series.map(({ startAt, values }) => [startAt, values]),
    [[0, [1, NaN, 5]]],
  );
  assert.deepEqual(
    [...found.instances.values()],
    [
      [
        { name: 'late', values: [NaN, NaN, 5] },
        { name: 'gone', values: [1, NaN, NaN] },
      ],
    ],
  );
});

test('other labels tell apart series that do not belong together', () => {
  const found = aggregate([
    series({ pod: 'a', zone: 'x' }, [1]),
    series({ pod: 'b', zone: 'y' }, [10]),
    series({ pod: 'c', zone: 'x' }, [3]),
  ]);
  assert.deepEqual(
    found.series.map(({ tags, values }) => [tags, values]),
    [
      [{ zone: 'x' }, [2]],
      [{ zone: 'y' }, [10]],
    ],
  );
  assert.deepEqual(
    [...found.instances.values()].map((parts) => parts.map(({ name }) => name)),
    [['a', 'c'], ['b']],
  );
});

test('nothing is put together to nothing', () => {
  assert.deepEqual(aggregate([]), { series: [], instances: new Map() });
});

test('a series without the label is refused, with the labels that it has', () => {
  assert.throws(() => aggregate([series({ zone: 'x' }, [1])]), {
    code: 'source-answer',
    message: /metric "cpu", canary: a series has no label "pod".*labels: zone.*sum by \(pod\)/,
  });
  assert.throws(() => aggregate([series({}, [1])]), { message: /labels: none/ });
});

const scope = {
  scope: 's',
  location: '',
  startAt: 0,
  endAt: 2 * STEP,
  stepSeconds: 60,
  parameters: {},
};

function paired(more: object, exposure?: Record<'baseline' | 'canary', Series[]>) {
  const query = { source: 'inline' as const };
  const [metric] = parseConfig({
    name: 'c',
    metrics: [{ name: 'errors', query, instances: 'pod', ...more }],
  }).metrics;
  return pairSeries({
    metric: metric!,
    scope: { baseline: scope, canary: scope },
    baseline: [series({ pod: 'b1' }, [2, 4]), series({ pod: 'b2' }, [4, 6])],
    canary: [series({ pod: 'c1' }, [9, 9])],
    ...(exposure === undefined ? {} : { exposure }),
  });
}

test('a side of instances is one side of one pair, with its instances beside it', () => {
  const pairs = paired({});
  assert.deepEqual(
    pairs.map(({ tags, baseline, canary, instances }) => {
      return [tags, baseline.values, canary.values, instances];
    }),
    [
      [
        {},
        [3, 5],
        [9, 9],
        {
          baseline: [
            { name: 'b1', values: [2, 4] },
            { name: 'b2', values: [4, 6] },
          ],
          canary: [{ name: 'c1', values: [9, 9] }],
        },
      ],
    ],
  );
});

test('one group of instances a side is a pair, whatever labels name its side', () => {
  const [metric] = parseConfig({
    name: 'c',
    metrics: [{ name: 'cpu', query: { source: 'inline' }, instances: 'pod' }],
  }).metrics;
  const pairOf = (baseline: Series[], canary: Series[]) =>
    pairSeries({ metric: metric!, scope: { baseline: scope, canary: scope }, baseline, canary });
  const sideOf = (app: string, value: number) => [
    series({ app, zone: 'x', pod: '1' }, [value]),
    series({ app, zone: 'x', pod: '2' }, [value]),
  ];
  const [pair, ...others] = pairOf(sideOf('v1', 1), sideOf('v2', 2));
  assert.equal(others.length, 0);
  assert.deepEqual(
    [pair?.tags, pair?.baseline.values, pair?.canary.values, pair?.instances?.canary.length],
    [{ zone: 'x' }, [1], [2], 2],
  );
  const several = [series({ app: 'v2', zone: 'y', pod: '3' }, [3]), ...sideOf('v2', 2)];
  assert.equal(pairOf(sideOf('v1', 1), several).length, 3, 'nobody can tell which belong together');
});

test('what events are counted out of is put together as the events are', () => {
  const exposure = {
    baseline: [series({ pod: 'b1' }, [100, 100]), series({ pod: 'b2' }, [300, 300])],
    canary: [series({ pod: 'c1' }, [200, 200])],
  };
  const kind = { kind: 'count', exposure: { source: 'inline' } };
  const [summed] = paired(kind, exposure);
  assert.deepEqual(
    [summed?.baseline.values, summed?.exposure],
    [[6, 10], { baseline: [400, 400], canary: [200, 200] }],
    'events of instances add up, unless the config says otherwise',
  );
  const [mean] = paired({ ...kind, aggregate: 'mean' }, exposure);
  assert.deepEqual(
    [mean?.baseline.values, mean?.exposure],
    [[3, 5], { baseline: [200, 200], canary: [200, 200] }],
    'the rate is that of the sums',
  );
});
