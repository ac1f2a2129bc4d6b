import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeRequest } from '../../src/analysis/judging/judge-request.ts';
import { createJudges } from '../../src/judges/registry.ts';
import { wasCompared } from '../../src/model/judgement/evidence-of-data.ts';
import { isHolding } from '../../src/model/judgement/finding.ts';
import { DECISIONS } from '../../src/model/judgement/judgement.ts';
import { wave } from './situations.ts';

/** Values as they come: healthy, with holes, cut off, constant, infinite, or nothing. */
const side = fc
  .record({
    seed: fc.integer({ min: 1, max: 50 }),
    level: fc.constantFrom(0, 0.01, 100, 100, 100, 110, 1e9),
    steps: fc.constantFrom(0, 1, 3, 12, 60, 60, 60),
    cut: fc.constantFrom(60, 60, 60, 40, 12, 0),
    hole: fc.constantFrom(100, 100, 10, 3, 2),
    infinite: fc.constantFrom(100, 100, 100, 20),
  })
  .map(({ seed, level, steps, cut, hole, infinite }) =>
    wave(level, seed, steps).map((value, i) => {
      if (i >= cut || i % hole === hole - 1) return null;
      return i % infinite === infinite - 1 ? 'Infinity' : value;
    }),
  );

const metric = fc.record({
  critical: fc.boolean(),
  muted: fc.constantFrom(false, false, false, true),
  missingValues: fc.constantFrom('remove' as const, 'remove' as const, 'zero' as const),
  direction: fc.constantFrom('increase' as const, 'either' as const),
});

const run = fc.record({
  judge: fc.constantFrom(...createJudges().names()),
  metrics: fc.array(fc.tuple(metric, side, side, fc.boolean()), { minLength: 1, maxLength: 4 }),
});

test('a promoted canary was compared on both sides in every metric that counts, and the counts add up', () => {
  fc.assert(
    fc.property(run, ({ judge, metrics }) => {
      const judgement = judgeRequest({
        config: {
          name: 'checkout',
          judge,
          metrics: metrics.map(([policy], i) => ({
            name: `m${i}`,
            query: { source: 'inline' as const },
            criteria: { pass: [['<+10%']] },
            ...policy,
          })),
        },
        pairs: metrics.map(([, baseline, canary, isAlike], i) => ({
          metric: `m${i}`,
          step: '60s',
          baseline,
          canary: isAlike ? baseline.toReversed() : canary,
        })),
      });
      const { verdict, reason, findings = [] } = judgement;
      const counting = judgement.metrics.filter(({ muted }) => !muted);
      if (DECISIONS[verdict] !== 'promote') return;
      assert.deepEqual(findings.filter(isHolding), [], reason);
      for (const one of counting) assert.ok(wasCompared(one), one.sentence);
      const [, judged] = /(\d+) metrics? judged/.exec(reason) ?? [];
      if (judged !== undefined) assert.equal(Number(judged), counting.length, reason);
    }),
    { numRuns: 1000 },
  );
});
