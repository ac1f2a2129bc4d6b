import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createJudges } from '../../../src/judges/registry.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import { worstFirst } from '../../../src/model/judgement/severity.ts';
import { createPair } from '../../support/metric-config.ts';

const LENGTH = 40;
const wave = (level: number) => Array.from({ length: LENGTH }, (_, i) => level + Math.sin(2.4 * i));
const criteria = { pass: [['<=+20%']] };

function judgeWith(judge: string, weights: { good?: number; bad?: number }) {
  const config = parseConfig({
    name: 'checkout',
    judge,
    metrics: Object.entries({ good: {}, bad: {}, ...weightsOf(weights) }).map(([name, weight]) => ({
      name,
      query: { source: 'inline' },
      criteria,
      ...weight,
    })),
  });
  const pairs = [createPair('good', wave(100), wave(100)), createPair('bad', wave(100), wave(160))];
  return createJudges().for(config).judge({ config, thresholds: config.thresholds, pairs });
}

function weightsOf(weights: Record<string, number>) {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, { weight }]));
}

for (const judge of createJudges().names()) {
  test(`${judge}: a metric's weight is its say in the score of its group`, () => {
    assert.equal(judgeWith(judge, {}).score, 50);
    assert.equal(judgeWith(judge, { good: 3 }).score, 75);
    assert.equal(judgeWith(judge, { good: 0.5, bad: 2 }).score, 20);
  });

  test(`${judge}: the result tells weights other than 1, and what a failure costs`, () => {
    const judgement = judgeWith(judge, { bad: 3 });
    assert.deepEqual(
      judgement.metrics.map(({ weight }) => weight),
      [undefined, 3],
    );
    assert.deepEqual(
      worstFirst(judgement).map(({ metric, cost }) => [metric.metric, cost]),
      [
        ['bad', 75],
        ['good', 0],
      ],
    );
  });
}
