import assert from 'node:assert/strict';
import { test } from 'node:test';

import { commonLanguageEffect, meanRatio } from '../../src/stats/effect-size.ts';
import { mean } from '../../src/stats/moments.ts';
import { createRankComparison } from '../../src/stats/rank-comparison.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

interface WilcoxonCase {
  name: string;
  experiment: number[];
  control: number[];
  effect: { meanRatio: number | 'NaN' | null; cles: number };
}

test('both effects agree with the original on every recorded pair of samples', () => {
  const { cases } = readRecorded<{ cases: WilcoxonCase[] }>('vectors/wilcoxon.json.gz');
  assert.equal(cases.length, 288);
  for (const { name, experiment, control, effect } of cases) {
    const [x, y] = [Float64Array.from(experiment), Float64Array.from(control)];
    const ratio = meanRatio(mean(x), mean(y));
    const expected = typeof effect.meanRatio === 'number' ? effect.meanRatio : Number.NaN;
    assert.ok(isNear(ratio, expected, 1e-12), `${name} ratio: ${ratio}`);
    const cles = commonLanguageEffect(createRankComparison(x.sort(), y.sort()));
    assert.ok(isNear(cles, effect.cles, 1e-12), `${name} cles: ${cles}`);
  }
});

test('a mean of 0 on either side has no ratio', () => {
  assert.ok(Number.isNaN(meanRatio(0, 5)));
  assert.ok(Number.isNaN(meanRatio(5, 0)));
  assert.ok(Number.isNaN(meanRatio(-0, 5)));
});
