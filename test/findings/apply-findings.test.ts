import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyFindings } from '../../src/findings/apply-findings.ts';
import type { Finding, FindingAction } from '../../src/model/finding.ts';
import type { Judgement, Verdict } from '../../src/model/judgement.ts';
import type { SequentialDecision } from '../../src/model/sequential.ts';
import { sampleJudgement } from '../support/analysis-sample.ts';

function finding(action: FindingAction, metric = 'latency'): Finding {
  const [sentence, remedy] = [`${metric}: the canary stopped`, 'look at the canary'];
  return { code: 'silent-side', action, metric, numbers: {}, sentence, remedy };
}

function judged(verdict: Verdict, decision?: SequentialDecision): Judgement {
  const summary = {
    samples: 30,
    undecided: [],
    checks: [],
    probabilityOfRegression: { lower: 0, upper: 0 },
    confidence: 100,
    softScore: 100,
  };
  return {
    ...sampleJudgement(),
    verdict,
    score: 100,
    reason: `${verdict}: as the judge says`,
    ...(decision === undefined ? {} : { sequential: { ...summary, decision } }),
  };
}

const LAST = { isLast: true };
const EARLIER = { isLast: false };

test('what is held is no pass, and the reason says so first', () => {
  for (const verdict of ['pass', 'undecided', 'nodata'] as const) {
    const held = applyFindings(judged(verdict), [finding('warn'), finding('hold')], LAST);
    assert.equal(held.verdict, 'nodata');
    assert.equal(
      held.reason,
      `not enough data: latency: the canary stopped; the judge said ${verdict}: as the judge says`,
    );
    assert.equal(held.remedy, 'look at the canary');
    assert.deepEqual(
      held.findings?.map(({ action }) => action),
      ['hold', 'warn'],
    );
  }
});

test('what failed stays failed, and a marginal canary stays marginal', () => {
  for (const verdict of ['fail', 'marginal'] as const) {
    const held = applyFindings(judged(verdict), [finding('hold')], LAST);
    assert.equal(held.verdict, verdict);
    assert.match(held.reason, /beside that: latency: the canary stopped/);
  }
});

test('a failing finding fails at the last look, whatever the judge says, and before it only holds', () => {
  for (const verdict of ['pass', 'marginal', 'undecided', 'nodata'] as const) {
    const failed = applyFindings(judged(verdict), [finding('hold', 'cpu'), finding('fail')], LAST);
    assert.deepEqual(
      [failed.verdict, failed.score, failed.scoreClassification],
      ['fail', 0, 'Fail'],
    );
    assert.match(failed.reason, /^fail: latency: the canary stopped;/);
  }
  assert.equal(applyFindings(judged('pass'), [finding('fail')], EARLIER).verdict, 'nodata');
});

test('warnings change nothing but are there', () => {
  const pass = judged('pass');
  assert.deepEqual(applyFindings(pass, [finding('warn')], LAST), {
    ...pass,
    findings: [finding('warn')],
  });
});

test('an early pass that is held goes on, one that is free ends the run, and so does an early fail', () => {
  const decide = (verdict: Verdict, decision: SequentialDecision, action: FindingAction) =>
    applyFindings(judged(verdict, decision), [finding(action)], EARLIER).sequential?.decision;
  assert.equal(decide('pass', 'pass-early', 'hold'), 'continue');
  assert.equal(decide('pass', 'pass-early', 'fail'), 'continue');
  assert.equal(decide('nodata', 'pass-early', 'warn'), 'continue');
  assert.equal(decide('pass', 'pass-early', 'warn'), 'pass-early');
  assert.equal(decide('fail', 'fail-early', 'hold'), 'fail-early');
  assert.equal(decide('fail', 'fail-early', 'fail'), 'fail-early');
  assert.equal(decide('pass', 'end', 'hold'), 'end');
});
