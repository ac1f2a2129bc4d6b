import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';

import { loadContract } from '../../../src/contract/contract.ts';
import { Fault } from '../../../src/errors.ts';
import { createThresholdJudge } from '../../../src/judges/threshold/judge.ts';
import { parseSlo } from '../../../src/judges/threshold/parse-slo.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import { createPair } from '../../support/metric-config.ts';

const SLO = parse(`
spec_version: "1.0"
filter: { handler: ItemsController }
comparison:
  compare_with: several_results
  number_of_comparison_results: 2
  include_result_with_score: pass
  aggregate_function: p90
objectives:
  - sli: response_time_p95
    displayName: Response time
    key_sli: true
    weight: 2
    pass:
      - criteria: ["<=+10%", "< 600"]
      - criteria: ["<=100"]
    warning:
      - criteria: ["<=800"]
  - sli: throughput
    pass:
      - criteria: [">=-5"]
  - sli: security_vulnerabilities
total_score: { pass: "90%", warning: 75% }
`) as Record<string, unknown>;

test('objectives become metrics; what is not kept is told', () => {
  const { config, notes } = parseSlo(SLO, 'carts');
  const comparison = { compareWith: 'history', runs: 2, aggregate: 'p90' };
  assert.deepEqual(config, {
    name: 'carts',
    judge: 'ThresholdJudge-v1.0',
    metrics: [
      {
        name: 'response_time_p95',
        query: { source: 'inline' },
        criteria: { ...comparison, pass: [['<=+10%', '<600'], ['<=100']], warning: [['<=800']] },
        weight: 2,
        key: true,
      },
      {
        name: 'throughput',
        query: { source: 'inline' },
        criteria: { ...comparison, pass: [['>=-5']] },
        weight: 1,
      },
      { name: 'security_vulnerabilities', query: { source: 'inline' } },
    ],
    thresholds: { pass: 90, marginal: 75 },
  });
  assert.equal(notes.length, 4);
  assert.deepEqual(loadContract().checkSchema('CanaryConfig', config), []);
});

test('an imported file judges: pass, half for a warning, key first', () => {
  const config = parseConfig(parseSlo(SLO, 'carts').config);
  const { thresholds } = config;
  const judgeAt = (latency: number) => {
    const pairs = [
      createPair('response_time_p95', [500], [latency]),
      createPair('throughput', [100], [99]),
      createPair('security_vulnerabilities', [0], [7]),
    ];
    const { verdict, score } = createThresholdJudge().judge({ config, thresholds, pairs });
    return [verdict, score];
  };
  assert.deepEqual(judgeAt(540), ['pass', 100]);
  assert.deepEqual(judgeAt(700), ['fail', 66.67]);
  assert.deepEqual(judgeAt(900), ['fail', 0]);
});

test('defaults are those of Keptn', () => {
  const objective = { sli: 'a', pass: [{ criteria: ['<1'] }] };
  const { config, notes } = parseSlo(
    { objectives: [objective], total_score: { pass: '50%' } },
    'x',
  );
  const { compareWith, runs, aggregate } = config.metrics[0]!.criteria!;
  assert.deepEqual([compareWith, runs, aggregate], ['history', 1, 'avg']);
  assert.deepEqual(config.thresholds, { pass: 50, marginal: 50 });
  assert.match(notes.join('\n'), /include_result_with_score "all" is not kept/);
});

const base = {
  objectives: [{ sli: 'a', pass: [{ criteria: ['<1'] }] }],
  total_score: { pass: 90 },
};
for (const [document, place] of [
  [[], /the document must be an object/],
  [{ ...base, objectives: [] }, /objectives is empty/],
  [{ ...base, objectives: undefined }, /objectives must be a list/],
  [{ ...base, objectives: [{ sli: '' }] }, /objectives\/0\/sli must be a name/],
  [{ ...base, objectives: [{ sli: 'a', weight: 0 }] }, /objectives\/0\/weight/],
  [{ ...base, objectives: [{ sli: 'a', pass: [{ criteria: [] }] }] }, /pass\/0\/criteria is empty/],
  [
    { ...base, objectives: [{ sli: 'a', pass: [{ criteria: ['1'] }] }] },
    /criterion "1" cannot be read/,
  ],
  [{ ...base, total_score: undefined }, /total_score must be an object/],
  [{ ...base, total_score: { pass: 'all' } }, /total_score\/pass must be a percentage/],
  [{ ...base, total_score: { pass: 50, warning: 60 } }, /must not be above pass/],
  [{ ...base, comparison: { aggregate_function: 'p99' } }, /aggregate_function must be one of avg/],
  [
    { ...base, comparison: { compare_with: 'several_results', number_of_comparison_results: 0 } },
    /number_of_comparison_results must be 1 to 100/,
  ],
] as [unknown, RegExp][]) {
  test(`refused: ${place.source}`, () => {
    assert.throws(
      () => parseSlo(document, 'x'),
      (error) => error instanceof Fault && place.test(error.message),
    );
  });
}
