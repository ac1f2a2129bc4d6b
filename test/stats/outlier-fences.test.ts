import assert from 'node:assert/strict';
import { test } from 'node:test';

import { outlierFences } from '../../src/stats/outlier-fences.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

interface Fenced {
  lowerFence: number;
  upperFence: number;
  outlierIndexes: number[];
}
interface Recorded {
  cases: ({ name: string } & Record<string, Fenced>)[];
}
interface Samples {
  cases: { name: string; values: number[] }[];
}

const SETTINGS = [
  ['factor1.5_reduceSensitivity', 1.5, true],
  ['factor1.5_plain', 1.5, false],
  ['factor3_reduceSensitivity', 3, true],
  ['factor3_plain', 3, false],
] as const;

test("flags what Kayenta's detector flags in every recorded sample", () => {
  const samples = readRecorded<Samples>('vectors/percentile.json.gz').cases;
  const { cases } = readRecorded<Recorded>('vectors/iqr.json.gz');
  assert.equal(cases.length, 80);
  for (const recorded of cases) {
    const { values } = samples.find((sample) => sample.name === recorded.name)!;
    for (const [key, factor, reduceSensitivity] of SETTINGS) {
      const fences = outlierFences(Float64Array.from(values).sort(), factor, reduceSensitivity);
      const flagged = values.flatMap((value, index) =>
        value < fences.lower || value > fences.upper ? [index] : [],
      );
      const expected = recorded[key]!;
      assert.deepEqual(flagged, expected.outlierIndexes, `${recorded.name} ${key}`);
      assert.ok(isNear(fences.lower, expected.lowerFence, 1e-12), `${recorded.name} ${key}`);
      assert.ok(isNear(fences.upper, expected.upperFence, 1e-12), `${recorded.name} ${key}`);
    }
  }
});

test('infinities that cancel out leave no fence', () => {
  const { lower, upper } = outlierFences(Float64Array.of(-Infinity, 1, 2, Infinity), 3, true);
  assert.ok(Number.isNaN(lower) && Number.isNaN(upper));
});
