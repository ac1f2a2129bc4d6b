import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createNetflixJudge } from '../../../../src/judges/netflix/judge.ts';
import { formatKayentaJudgeResult } from '../../../../src/faces/kayenta/format/format-judge-result.ts';
import {
  createCanaryConfig,
  createMetricConfig,
  createPair,
} from '../../../support/metric-config.ts';

test("writes Kayenta's result: absent things left out, no number that JSON lacks", () => {
  const metrics = ['tested', 'infinite', 'error'].map((name) => createMetricConfig({ name }));
  const pairs = [
    createPair('tested', [0, 0, 0, 0, 0, 0], [1, 2, 1, 2, 1, 2]),
    { ...createPair('infinite', [1, -Infinity], [2]), id: '' },
    createPair('error', [5], [6]),
  ];
  const judgement = createNetflixJudge().judge({
    config: createCanaryConfig(metrics),
    thresholds: { pass: 95, marginal: 75 },
    pairs,
  });
  const single = (value: number): object => ({
    count: 1,
    min: value,
    max: value,
    mean: value,
    std: 0,
  });
  assert.deepEqual(formatKayentaJudgeResult(judgement), {
    judgeName: 'NetflixACAJudge-v1.0',
    results: [
      {
        name: 'tested',
        tags: {},
        id: 'tested-1',
        classification: 'High',
        classificationReason: 'tested was classified as High',
        groups: ['all'],
        experimentMetadata: { stats: { count: 6, min: 1, max: 2, mean: 1.5, std: Math.sqrt(0.3) } },
        controlMetadata: { stats: { count: 6, min: 0, max: 0, mean: 0, std: 0 } },
        resultMetadata: { ratio: 'NaN' },
        critical: false,
        muted: false,
      },
      {
        name: 'infinite',
        tags: {},
        classification: 'Pass',
        groups: ['all'],
        experimentMetadata: { stats: single(2) },
        controlMetadata: { stats: { count: 2, min: '-Infinity', max: 1, mean: 'NaN', std: 'NaN' } },
        resultMetadata: { ratio: 'NaN' },
        critical: false,
        muted: false,
      },
      {
        name: 'error',
        tags: {},
        id: 'error-1',
        classification: 'Error',
        classificationReason: 'Metric Classification Failed',
        groups: ['all'],
        experimentMetadata: { stats: single(6) },
        controlMetadata: { stats: single(5) },
        critical: false,
        muted: false,
      },
    ],
    groupScores: [{ name: 'all', score: 50, classification: '', classificationReason: '' }],
    score: { score: 50, classification: 'Fail', classificationReason: '' },
  });
});

test('findings stand beside the ratio, and no label changes', () => {
  const pair = createPair('tested', [1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2]);
  const judgement = createNetflixJudge().judge({
    config: createCanaryConfig([createMetricConfig({ name: 'tested' })]),
    thresholds: { pass: 95, marginal: 75 },
    pairs: [pair],
  });
  const finding = {
    code: 'silent-side' as const,
    action: 'warn' as const,
    metric: 'tested',
    numbers: {},
    sentence: 'tested: the canary stopped',
    remedy: 'look at it',
  };
  const plain = formatKayentaJudgeResult(judgement);
  const told = formatKayentaJudgeResult({
    ...judgement,
    findings: [finding, { ...finding, metric: 'another' }],
  });
  const resultMetadata = { ratio: 1, findings: ['tested: the canary stopped'] };
  assert.deepEqual(told, { ...plain, results: [{ ...plain.results[0]!, resultMetadata }] });
});
