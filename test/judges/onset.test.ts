import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createJudges } from '../../src/judges/registry.ts';
import { findOnset, sinceText } from '../../src/judges/onset.ts';
import { createMetricConfig, createPair } from '../support/metric-config.ts';
import { createRandom, inputOf, latencies, ratioEffect } from '../support/sequential-input.ts';

const metric = createMetricConfig({ effect: ratioEffect(1.05) });

test('the start of a step is right within three samples, in ratios and in differences', () => {
  const random = createRandom(3);
  for (const from of [0, 40, 90]) {
    const near = Array.from({ length: 50 }, () => {
      const [baseline, canary] = [latencies(random, 120), latencies(random, 120)];
      const worse = canary.map((value, i) => (i < from ? value : value * 2));
      const onsets = [
        createPair('m', baseline, worse),
        createPair('m', [...baseline, 0], [...worse, 0]),
      ];
      return onsets.every((pair) => Math.abs(findOnset(pair, metric, 'High')!.since - from) <= 3);
    }).filter(Boolean);
    assert.ok(near.length >= 48, `from ${from}: ${near.length} of 50`);
  }
});

test('only a failed metric has a start', () => {
  const pair = createPair('m', [1, 1, 1, 1], [1, 1, 2, 2]);
  assert.deepEqual(findOnset(pair, metric, 'High'), { since: 2 });
  assert.equal(findOnset(pair, metric, 'Low'), undefined);
  assert.equal(findOnset(pair, metric, 'Pass'), undefined);
  const apart = { ...pair, canary: { ...pair.canary, stepMs: 1000 } };
  assert.equal(findOnset(apart, metric, 'High'), undefined);
});

test('a canary that was measured later counts from its own first sample', () => {
  const pair = createPair('m', [1, 1, 1, 1, 1, 1], [1, 1, 2, 2]);
  const later = { ...pair, canary: { ...pair.canary, startAt: 120_000 } };
  const onset = findOnset(later, metric, 'High');
  assert.deepEqual(onset, { since: 2, sinceAt: '1970-01-01T00:04:00.000Z' });
  assert.equal(sinceText(onset), ' since 00:04 UTC');
});

test('nothing is said of a change from the start', () => {
  assert.equal(sinceText({ since: 0 }), '');
  assert.equal(sinceText(undefined), '');
  assert.equal(sinceText({ since: 4 }), ' since sample 5');
});

test("a baseline of an earlier day does not move the time: it is the canary's", () => {
  const random = createRandom(5);
  const day = 86_400_000;
  const [baseline, canary] = [latencies(random, 120), latencies(random, 120)];
  const worse = canary.map((value, i) => (i < 60 ? value : value * 2));
  const pair = createPair('m', baseline, worse);
  const at = Date.parse('2026-01-15T10:00:00Z');
  const sides = {
    baseline: { ...pair.baseline, startAt: at - day, stepMs: 60_000 },
    canary: { ...pair.canary, startAt: at, stepMs: 60_000 },
  };
  for (const judge of ['MannWhitneyJudge-v2.0', 'SequentialJudge-v1.0']) {
    const input = inputOf([{ ...metric, name: 'm' }], [{ ...pair, ...sides }]);
    const config = { ...input.config, judge };
    const [judged] = createJudges()
      .for(config)
      .judge({ ...input, config }).metrics;
    const { since, sinceAt } = judged!.evidence!;
    assert.ok(Math.abs(since! - 60) <= 3, `${judge}: sample ${since}`);
    assert.equal(sinceAt, new Date(at + since! * 60_000).toISOString());
    assert.ok(judged!.sentence.includes(` since ${sinceAt.slice(11, 16)} UTC`), judged!.sentence);
  }
});
