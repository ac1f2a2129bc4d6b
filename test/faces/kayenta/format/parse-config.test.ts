import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../../../src/errors.ts';
import {
  parseKayentaConfig,
  parseKayentaThresholds,
} from '../../../../src/faces/kayenta/format/parse-config.ts';
import { NETFLIX_JUDGE } from '../../../../src/judges/netflix/judge.ts';
import { createJudges } from '../../../../src/judges/registry.ts';
import { createPair } from '../../../support/metric-config.ts';

const CONFIG = {
  name: 'checkout-golden',
  description: 'Golden signals',
  configVersion: 1,
  applications: ['checkout'],
  judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
  metrics: [
    {
      name: 'error rate',
      isNew: true,
      query: {
        type: 'prometheus',
        serviceType: 'prometheus',
        customInlineTemplate: 'PromQL:sum(rate(errors{pod=~"${scope}.*"}[2m]))',
      },
      groups: ['errors'],
      analysisConfigurations: {
        canary: {
          direction: 'increase',
          nanStrategy: 'replace',
          critical: true,
          effectSize: { allowedIncrease: 1.1, criticalIncrease: 2 },
          outliers: { strategy: 'remove', outlierFactor: 2 },
        },
      },
      scopeName: 'default',
    },
    { name: 'cpu' },
  ],
  templates: { pod: 'pod="${scope}"' },
  classifier: { groupWeights: { errors: 60, system: '40' }, scoreThresholds: { pass: 90 } },
};

test('reads a config into our own words', () => {
  assert.deepEqual(parseKayentaConfig(CONFIG), {
    name: 'checkout-golden',
    description: 'Golden signals',
    judge: 'NetflixACAJudge-v1.0',
    judgeOptions: {},
    metrics: [
      {
        name: 'error rate',
        groups: ['errors'],
        scopeName: 'default',
        kind: 'continuous',
        isSignal: false,
        weight: 1,
        query: {
          source: 'prometheus',
          customInlineTemplate: 'PromQL:sum(rate(errors{pod=~"${scope}.*"}[2m]))',
        },
        direction: 'increase',
        missingValues: 'zero',
        outliers: { strategy: 'remove', factor: 2 },
        critical: true,
        noData: 'ignore',
        muted: false,
        effect: {
          measure: 'meanRatio',
          allowedIncrease: 1.1,
          allowedDecrease: 1,
          criticalIncrease: 2,
          criticalDecrease: 1,
        },
      },
      {
        name: 'cpu',
        groups: [],
        scopeName: 'default',
        kind: 'continuous',
        isSignal: false,
        weight: 1,
        query: { source: 'inline' },
        direction: 'either',
        missingValues: 'remove',
        outliers: { strategy: 'keep', factor: 3 },
        critical: false,
        noData: 'ignore',
        muted: false,
        effect: {
          measure: 'meanRatio',
          allowedIncrease: 1,
          allowedDecrease: 1,
          criticalIncrease: 1,
          criticalDecrease: 1,
        },
      },
    ],
    groupWeights: { errors: 60, system: 40 },
    thresholds: { pass: 90, marginal: 75 },
    templates: { pod: 'pod="${scope}"' },
  });
});

function withCanary(canary: unknown): unknown {
  return { classifier: {}, metrics: [{ name: 'm', analysisConfigurations: { canary } }] };
}

test('unknown words mean the default, and cles starts from one half', () => {
  const [metric] = parseKayentaConfig(
    withCanary({
      direction: 'sideways',
      nanStrategy: 'REPLACE',
      outliers: { strategy: 'Remove' },
      effectSize: { measure: 'cles', allowedIncrease: null },
      critical: null,
    }),
  ).metrics;
  assert.equal(metric?.direction, 'either');
  assert.equal(metric.missingValues, 'remove');
  assert.equal(metric.outliers.strategy, 'keep');
  assert.equal(metric.critical, false);
  assert.deepEqual(metric.effect, {
    measure: 'cles',
    allowedIncrease: 0,
    allowedDecrease: 0.5,
    criticalIncrease: 0.5,
    criticalDecrease: 0.5,
  });
});

test('null lists, maps and configurations are empty', () => {
  const config = parseKayentaConfig({
    metrics: null,
    templates: null,
    classifier: { groupWeights: null },
    judge: null,
  });
  assert.deepEqual([config.metrics, config.templates, config.groupWeights], [[], {}, {}]);
  assert.equal(
    parseKayentaConfig({
      classifier: {},
      metrics: [{ groups: null, analysisConfigurations: null }],
    }).metrics.length,
    1,
  );
});

const REFUSED: [string, unknown, string][] = [
  [
    'a text for a boolean',
    withCanary({ critical: 'true' }),
    '/metrics/0/analysisConfigurations/canary/critical',
  ],
  [
    'a number for a boolean',
    withCanary({ muted: 1 }),
    '/metrics/0/analysisConfigurations/canary/muted',
  ],
  [
    'a text for a number',
    withCanary({ effectSize: { allowedIncrease: '1.2' } }),
    '/metrics/0/analysisConfigurations/canary/effectSize/allowedIncrease',
  ],
  [
    'a text for the outlier factor',
    withCanary({ outliers: { outlierFactor: '3' } }),
    '/metrics/0/analysisConfigurations/canary/outliers/outlierFactor',
  ],
  [
    'null for a word',
    withCanary({ direction: null }),
    '/metrics/0/analysisConfigurations/canary/direction',
  ],
  ['no classifier', { metrics: [] }, '/classifier'],
  [
    'a weight without a number',
    { classifier: { groupWeights: { 'a/b': null } } },
    '/classifier/groupWeights/a~1b',
  ],
  ['a query without a type', { classifier: {}, metrics: [{ query: {} }] }, '/metrics/0/query/type'],
  ['a list for a text', { classifier: {}, name: ['x'] }, '/name'],
  ['an object for a list', { classifier: {}, metrics: {} }, '/metrics'],
  ['no object', 'config', ''],
  ['nothing', null, ''],
];

for (const [name, json, pointer] of REFUSED) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseKayentaConfig(json),
      (thrown) =>
        thrown instanceof Fault &&
        thrown.code === 'invalid-config' &&
        (thrown.violations[0]!.pointer === pointer || pointer === ''),
    );
  });
}

test('a Kayenta query can never turn into a formula', () => {
  const query = { type: 'prometheus', formula: 'a / b', source: 'x', metricName: 'up' };
  const [metric] = parseKayentaConfig({ classifier: {}, metrics: [{ query }] }).metrics;
  assert.deepEqual(metric?.query, { source: 'prometheus', metricName: 'up' });
});

test('a group may be called like a member of every object', () => {
  const json = JSON.parse('{"classifier": {"groupWeights": {"__proto__": 40, "constructor": 60}}}');
  assert.deepEqual(Object.entries(parseKayentaConfig(json).groupWeights), [
    ['__proto__', 40],
    ['constructor', 60],
  ]);
});

test('thresholds need both numbers', () => {
  assert.deepEqual(parseKayentaThresholds({ pass: '95', marginal: 75 }), {
    pass: 95,
    marginal: 75,
  });
  for (const json of [
    { pass: 95 },
    { pass: 95, marginal: null },
    { pass: 'x', marginal: 1 },
    null,
  ]) {
    assert.throws(() => parseKayentaThresholds(json), { code: 'invalid-request' });
  }
});

test('a config of Kayenta gives the options in judgeConfigurations', () => {
  const config = parseKayentaConfig({
    judge: { name: NETFLIX_JUDGE, judgeConfigurations: { failOnNoData: true } },
    metrics: [{ name: 'a', groups: ['all'] }],
    classifier: {},
  });
  const pairs = [createPair('a', [5, 5, 5], [])];
  const judgement = createJudges()
    .for(config)
    .judge({ config, thresholds: config.thresholds, pairs });
  assert.equal(judgement.metrics[0]?.classification, 'NodataFailMetric');
});
