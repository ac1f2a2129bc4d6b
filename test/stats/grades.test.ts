import assert from 'node:assert/strict';
import { test } from 'node:test';

import { gradesOf } from '../../src/stats/grades.ts';

test('a grade counts what lies below, and equal values half; gaps stay', () => {
  const grades = gradesOf([2, NaN, 3, 1, Infinity, 2]);
  assert.deepEqual([...grades], [0.4, NaN, 0.7, 0.1, 0.9, 0.4]);
  assert.deepEqual([...gradesOf([NaN, NaN])], [NaN, NaN]);
});

test('grades are one half on average, and -0 is 0', () => {
  assert.deepEqual([...gradesOf([0, -0, 0])], [0.5, 0.5, 0.5]);
});
