import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradedScore } from '../../src/model/graded-score.ts';

const thresholds = { pass: 95, marginal: 75 };

test('what was not decided or lacked data lies between marginal and pass', () => {
  for (const verdict of ['nodata', 'undecided'] as const) {
    for (const score of [0, 100, undefined]) {
      const graded = gradedScore({ judge: 'SequentialJudge-v1.0', verdict, score, thresholds });
      assert.ok(graded >= thresholds.marginal && graded < thresholds.pass, `${verdict} ${score}`);
    }
  }
});

test('a verdict keeps its score, and so does whatever a judge of Kayenta says', () => {
  const judge = 'SequentialJudge-v1.0';
  assert.equal(gradedScore({ judge, verdict: 'fail', score: 10, thresholds }), 10);
  assert.equal(gradedScore({ judge, verdict: 'pass', score: 100, thresholds }), 100);
  const netflix = 'NetflixACAJudge-v1.0';
  assert.equal(gradedScore({ judge: netflix, verdict: 'nodata', score: 100, thresholds }), 100);
});
