import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairSeries, type FetchedMetric } from '../../../src/analysis/run/pair.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import type { Series } from '../../../src/model/series.ts';

const metric = parseConfig({ name: 'c', metrics: [{ name: 'cpu', query: { source: 'inline' } }] })
  .metrics[0]!;
const scope = {
  scope: 's',
  location: '',
  startAt: 0,
  endAt: 180_000,
  stepSeconds: 60,
  parameters: {},
};

function series(tags: Record<string, string>, values: number[]): Series {
  return { tags, startAt: 0, stepMs: 60_000, values, attributes: { query: 'q' } };
}

function fetched(baseline: Series[], canary: Series[]): FetchedMetric {
  return {
    metric,
    scope: { baseline: scope, canary: scope },
    baseline,
    canary,
    queries: { canary: 'q' },
  };
}

test('series with equal tags become a pair, whatever their order', () => {
  const pairs = pairSeries(
    fetched(
      [series({ zone: 'a' }, [1]), series({ zone: 'b' }, [2])],
      [series({ zone: 'b' }, [20]), series({ zone: 'a' }, [10])],
    ),
  );
  assert.deepEqual(
    pairs.map(({ tags, baseline, canary }) => [tags['zone'], baseline.values[0], canary.values[0]]),
    [
      ['a', 1, 10],
      ['b', 2, 20],
    ],
  );
});

test('a series without a partner meets gaps, so that the judge sees what is missing', () => {
  const pairs = pairSeries(
    fetched([series({ zone: 'a' }, [1, 2])], [series({ zone: 'b' }, [3, 4])]),
  );
  assert.deepEqual(
    pairs.map(({ baseline, canary }) => [baseline.values, canary.values]),
    [
      [
        [1, 2],
        [Number.NaN, Number.NaN],
      ],
      [
        [Number.NaN, Number.NaN],
        [3, 4],
      ],
    ],
  );
});

test('when a side has nothing, it is gaps over the whole window', () => {
  const [pair] = pairSeries(fetched([series({}, [1, 2, 3])], []));
  assert.deepEqual(pair?.canary.values, [Number.NaN, Number.NaN, Number.NaN]);
  const [none] = pairSeries(fetched([], []));
  assert.deepEqual([none?.baseline.values.length, none?.canary.values.length], [3, 3]);
});

test('an untagged series has no partner among tagged ones: its side is gaps', () => {
  const pairs = pairSeries(
    fetched([series({}, [9])], [series({ zone: 'a' }, [1]), series({ zone: 'b' }, [2])]),
  );
  assert.deepEqual(
    pairs.map(({ tags, baseline }) => [tags['zone'], baseline.values]),
    [
      ['a', [Number.NaN]],
      ['b', [Number.NaN]],
    ],
  );
});

test('the side that has an untagged series the other lacks is left out as a whole', () => {
  const pairs = pairSeries(
    fetched(
      [series({}, [9]), series({ zone: 'a' }, [8]), series({ zone: 'c' }, [7])],
      [series({ zone: 'a' }, [1])],
    ),
  );
  assert.deepEqual(
    pairs.map(({ tags, baseline, canary }) => [tags['zone'], baseline.values, canary.values]),
    [['a', [Number.NaN], [1]]],
  );
});

test('a side without series still tells its query', () => {
  const [pair] = pairSeries(fetched([series({}, [1, 2, 3])], []));
  assert.deepEqual(pair?.canary.attributes, { query: 'q' });
});

test('sides with different tag keys meet gaps, for the findings to tell', () => {
  const pairs = pairSeries(fetched([series({ pod: 'a' }, [1])], [series({ zone: 'a' }, [2])]));
  assert.deepEqual(
    pairs.map(({ tags, baseline, canary }) => [tags, baseline.values, canary.values]),
    [
      [{ pod: 'a' }, [1], [Number.NaN]],
      [{ zone: 'a' }, [Number.NaN], [2]],
    ],
  );
});

test('events that matched nothing are 0 where there was something that they are counted out of', () => {
  const exposure = { baseline: [series({}, [10, 10])], canary: [series({}, [10, 0])] };
  const [pair] = pairSeries({ ...fetched([series({}, [1, 2])], []), exposure });
  assert.deepEqual(pair?.canary.values.slice(0, 2), [0, Number.NaN]);
  const idle = { baseline: exposure.baseline, canary: [series({}, [0, 0])] };
  const [silent] = pairSeries({ ...fetched([series({}, [1, 2])], []), exposure: idle });
  assert.ok(silent?.canary.values.every(Number.isNaN));
});

test('where Kayenta rules, sides with different tag keys are refused', () => {
  const sides = fetched([series({ pod: 'a' }, [1])], [series({ zone: 'a' }, [1])]);
  assert.throws(() => pairSeries({ ...sides, refusesOtherLabels: true }), {
    code: 'source-answer',
    message: /metric "cpu" has series with tags \(pod\) on the baseline and \(zone\) on the canary/,
  });
});
