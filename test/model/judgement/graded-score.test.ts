import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradedScore, type Graded } from '../../../src/model/judgement/graded-score.ts';

const THRESHOLDS = { pass: 75, marginal: 50 };

function scoreOf(graded: Partial<Graded>): number {
  return gradedScore({ judge: 'SequentialJudge-v1.0', thresholds: THRESHOLDS, ...graded });
}

test('what was decided keeps its score', () => {
  assert.equal(scoreOf({ verdict: 'pass', score: 100 }), 100);
  assert.equal(scoreOf({ verdict: 'marginal', score: 60 }), 60);
  assert.equal(scoreOf({ verdict: 'fail', score: 0 }), 0);
});

test('what was not decided lies strictly between marginal and pass, whatever its score', () => {
  for (const verdict of ['undecided', 'nodata'] as const) {
    for (const score of [0, 60, 100]) assert.equal(scoreOf({ verdict, score }), 62.5);
  }
});

test('where marginal and pass are one, it is just below both', () => {
  const thresholds = { pass: 80, marginal: 80 };
  assert.equal(scoreOf({ verdict: 'undecided', score: 100, thresholds }), 79.99);
});

test("the score of Kayenta's own judges is Kayenta's", () => {
  for (const judge of ['NetflixACAJudge-v1.0', 'RemoteJudge-v1.0']) {
    assert.equal(scoreOf({ judge, verdict: 'nodata', score: 100 }), 100);
  }
});

test('without a score it is 0', () => {
  assert.equal(scoreOf({}), 0);
});
