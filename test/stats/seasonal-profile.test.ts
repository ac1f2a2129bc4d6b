import assert from 'node:assert/strict';
import { test } from 'node:test';

import { learnProfile } from '../../src/stats/seasonal-profile.ts';
import { createRandom } from '../support/sequential-input.ts';
import { assertClose, fromNulls, readVectors } from '../support/vectors.ts';

const { season } = readVectors<{
  season: {
    days: (number | null)[][];
    half: number;
    profile: number[];
    seasonVar: number;
    shrinkage: number;
  };
}>('data-rules');

test('the profile of three days is that of the reference', () => {
  const profile = learnProfile(season.days.map(fromNulls), season.half)!;
  season.profile.forEach((expected, i) =>
    assertClose(profile.values[i]!, expected, 1e-9, `step ${i}`),
  );
  assertClose(profile.variance, season.seasonVar, 1e-9, 'variance');
  assertClose(profile.shrinkage, season.shrinkage, 1e-9, 'shrinkage');
});

test('two days are no season, and days of noise have no shape', () => {
  assert.equal(learnProfile(season.days.slice(0, 2).map(fromNulls), season.half), undefined);
  const random = createRandom(5);
  const noise = Array.from({ length: 3 }, () => Array.from({ length: 96 }, () => random.normal()));
  assert.ok(learnProfile(noise, 2)!.shrinkage < 0.5);
  const still = [1, 2, 3].map((level) => [level, level, NaN]);
  const { values, variance, shrinkage } = learnProfile([...still, [NaN, NaN, NaN]], 0)!;
  assert.ok(values.every((value) => value === 0));
  assert.deepEqual([variance, shrinkage], [0, 0]);
});
