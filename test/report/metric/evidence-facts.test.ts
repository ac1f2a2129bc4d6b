import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createJudges } from '../../../src/judges/registry.ts';
import { evidenceFacts } from '../../../src/report/metric/evidence-facts.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';

const random = createRandom(1);
const baseline = latencies(random, 120);
const healthy = latencies(random, 120);

function factsOf(judge: string, canary: number[], judgeOptions: Record<string, unknown> = {}) {
  const input = inputOf([metricConfig('latency')], [pairOf('latency', { baseline, canary })]);
  const config = { ...input.config, judge, judgeOptions };
  const judgement = createJudges()
    .for(config)
    .judge({ ...input, config });
  const facts = evidenceFacts(judgement.metrics[0]!);
  for (const [term, value] of facts) {
    assert.doesNotMatch(`${term} ${value}`, /NaN|Infinity|undefined|\[object/);
  }
  return Object.fromEntries(facts);
}

test('a rank test tells its p-value, and how many values are independent', () => {
  const facts = factsOf('MannWhitneyJudge-v2.0', healthy);
  assert.equal(facts['Test'], 'Brunner-Munzel');
  assert.equal(facts['Counts as a shift'], 'when the interval lies wholly on one side of 0');
  assert.match(facts['p-value of no shift']!, /^0\.\d+$/);
  assert.match(facts['Independent values']!, /^about 1?\d\d a side$/);
});

test('the rank judge tells what decided: how often the canary lies beyond the tolerated values', () => {
  const facts = factsOf(
    'MannWhitneyJudge-v2.0',
    healthy.map((value) => 2 * value),
  );
  assert.match(
    facts['Canary above the tolerated values']!,
    /^\d\d.* of all pairs \(.* to .*\); the lower end is above 50.%$/u,
  );
});

test('a tail tells how the extreme values are shared', () => {
  const canary = healthy.map((value, i) => (i % 4 === 0 ? 50 * value : value));
  const facts = factsOf('MannWhitneyJudge-v2.0', canary);
  assert.match(
    facts['Extreme values']!,
    /^canary 24, baseline 0 of the highest; p-value \d.*E[−-]\d+$/,
  );
});

test('a confirmed metric tells its e-values, and when the margin was ruled out', () => {
  const facts = factsOf('SequentialJudge-v1.0', healthy, { preset: 'auto' });
  assert.match(facts['E-value']!, /^0\.\d+ now, 1 at most; 1 is no evidence$/);
  assert.match(facts['Pairs of values']!, /^120, worth about \d+ independent ones$/);
  assert.match(facts['Margin']!, /^ruled out after \d+ samples$/);
  assert.match(facts['Probability of a regression']!, /^\d.* %$/u);
});

test('a late regression tells what it is from its start on, and that the confirmation lapsed', () => {
  const canary = healthy.map((value, i) => (i < 80 ? value : value * 1.6));
  const facts = factsOf('SequentialJudge-v1.0', canary, { preset: 'auto', restartEvery: 60 });
  assert.match(facts['Margin']!, /; all samples together now speak for it$/);
  assert.match(facts['Since then']!, /^\+\d+.% \(.* to .*\); it decides nothing$/u);
});

test('a failed metric tells after how many samples', () => {
  const facts = factsOf(
    'SequentialJudge-v1.0',
    healthy.map((value) => 2 * value),
  );
  assert.match(facts['Failed']!, /^after \d+ samples; later samples do not undo that$/);
  assert.match(facts['Began']!, /^with sample 1$/);
  assert.match(facts['Would have been found']!, /^\+\d.*%, in 80 % of such runs$/u);
  assert.match(facts['Adjusted p-value']!, /, at any look$/);
});

test('what was not tested has no facts', () => {
  assert.deepEqual(factsOf('MannWhitneyJudge-v2.0', []), {});
});
