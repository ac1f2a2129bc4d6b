import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRequest } from '../../src/analysis/judging/judge-request.ts';
import { createJudges } from '../../src/judges/registry.ts';
import { DECISIONS, type Judgement } from '../../src/model/judgement/judgement.ts';
import { SITUATIONS, type Situation } from './situations.ts';

const JUDGES = createJudges().names();

function judge(situation: Situation, judgeName: string): Judgement {
  const { metric, pairs, judgeOptions, dataPolicy } = situation;
  const given = {
    name: 'm',
    query: { source: 'inline' as const },
    criteria: { pass: [['<+10%', '>-10%']] },
    ...metric,
  };
  return judgeRequest({
    config: {
      name: 'checkout',
      judge: judgeName,
      metrics: [given],
      ...(judgeOptions === undefined ? {} : { judgeOptions }),
      ...(dataPolicy === undefined ? {} : { dataPolicy }),
    },
    pairs: pairs.map((pair) => ({
      metric: 'm',
      start: '2026-01-15T10:00:00Z',
      step: '60s',
      ...pair,
      baseline: [...pair.baseline],
      canary: [...pair.canary],
    })),
  });
}

test('there are at least sixty situations', () => {
  assert.ok(SITUATIONS.length >= 60, String(SITUATIONS.length));
  assert.equal(new Set(SITUATIONS.map(({ name }) => name)).size, SITUATIONS.length);
});

for (const name of JUDGES) {
  for (const situation of SITUATIONS) {
    test(`${name}: ${situation.name}`, () => {
      const judgement = judge(situation, name);
      const found = (judgement.findings ?? []).map(({ code, action }) => `${code} ${action}`);
      const told = (judgement.findings ?? []).map(({ sentence }) => sentence).join('\n');
      for (const [code, action] of situation.finds) {
        // a judge that fails or cannot judge a metric leaves nothing to say of it
        const isForJudge = code === 'not-compared' || code === 'rise-from-zero';
        if (!isForJudge) assert.ok(found.includes(`${code} ${action}`), `${found.join()}: ${told}`);
      }
      const wanted = situation.finds.map(([code, action]) => `${code} ${action}`);
      const stopping = found.filter((one) => !one.endsWith(' warn'));
      const judged = ['not-compared hold', 'rise-from-zero hold'];
      assert.deepEqual(
        stopping.filter((one) => !wanted.includes(one) && !judged.includes(one)),
        [],
        told,
      );
      const isSaid = wanted.some((one) => found.includes(one));
      if (situation.sentence !== undefined && isSaid) {
        assert.match(told, situation.sentence);
      }
      assert.ok(!(situation.never ?? []).includes(judgement.verdict), judgement.reason);
      checkVerdict(judgement, stopping);
    });
  }
}

function checkVerdict({ verdict, reason, findings = [] }: Judgement, stopping: string[]) {
  if (stopping.length === 0) return;
  assert.notEqual(DECISIONS[verdict], 'promote', reason);
  if (stopping.some((one) => one.endsWith(' fail'))) assert.equal(verdict, 'fail', reason);
  if (verdict === 'nodata') {
    const first = findings.find(({ action }) => action !== 'warn');
    assert.ok(reason.startsWith(`not enough data: ${first?.sentence}`), reason);
  }
}
