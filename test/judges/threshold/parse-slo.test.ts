import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parse } from 'yaml';

import { checkConfigForm } from '../../../src/analysis/accept/check-config.ts';
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

test('an SLI with several objectives becomes several metrics, each with a name of its own', () => {
  const objective = (sli: string, limit: string) => ({ sli, pass: [{ criteria: [limit] }] });
  const objectives = [objective('a', '<1'), objective('a', '<2'), objective('a 2', '<3')];
  const { config, notes } = parseSlo({ objectives, total_score: { pass: 90 } }, 'x');
  assert.deepEqual(
    config.metrics.map(({ name }) => name),
    ['a', 'a 3', 'a 2'],
  );
  assert.match(
    notes.join('\n'),
    /objectives\/1 is one more on "a" and became "a 3": give both one query/,
  );
});

test('what is empty is as if it were not there, and what weighs nothing is muted', () => {
  const slo = parse(`
comparison:
filter:
objectives:
  - sli: a
    weight:
    key_sli:
    pass: [{ criteria: ["<.5", "< 5.", "<=1e3", ">-.5%"] }]
    warning:
  - sli: b
    weight: 0
    pass: [{ criteria: ["<1"] }]
  - sli: c
    warning: [{ criteria: ["<1"] }]
total_score: { pass: "90 %", warning: }
`) as unknown;
  const { config, notes } = parseSlo(slo, 'x');
  const [a, b, c] = config.metrics;
  assert.deepEqual(a!.criteria!.pass, [['<.5', '<5.', '<=1e3', '>-.5%']]);
  assert.deepEqual([a!.weight, a!.key, b!.muted, b!.weight], [1, undefined, true, undefined]);
  assert.deepEqual(c, { name: 'c', query: { source: 'inline' } });
  assert.deepEqual(config.thresholds, { pass: 90, marginal: 90 });
  assert.deepEqual(notes.slice(-2), [
    'objectives/1 weighs 0: "b" is muted',
    'objectives/2 has a warning without a pass, so that "c" is only shown',
  ]);
  assert.doesNotMatch(notes.join('\n'), /filter/);
  assert.deepEqual(loadContract().checkSchema('CanaryConfig', config), []);
  assert.deepEqual(checkConfigForm(config, 100), []);
  const pairs = [createPair('a', [0], [0]), createPair('b', [0], [9]), createPair('c', [0], [9])];
  const parsed = parseConfig(config);
  const judged = createThresholdJudge().judge({
    config: parsed,
    thresholds: parsed.thresholds,
    pairs,
  });
  assert.equal(judged.verdict, 'fail'); // 0 is not more than -0.5 % of 0
});

const base = {
  objectives: [{ sli: 'a', pass: [{ criteria: ['<1'] }] }],
  total_score: { pass: 90 },
};
for (const [document, place] of [
  [[], /the document must be an object/],
  [{ ...base, objectives: [] }, /objectives is empty/],
  [{ ...base, objectives: undefined }, /objectives must be a list/],
  [{ ...base, objectives: [{ sli: '' }] }, /objectives\/0\/sli must be a name of/],
  [
    { ...base, objectives: [{ sli: 'x'.repeat(191) }] },
    /objectives\/0\/sli must be a name of 1 to 190 characters/,
  ],
  [{ ...base, objectives: [{ sli: 'a', weight: -1 }] }, /objectives\/0\/weight/],
  [
    { ...base, objectives: [{ sli: 'a', weight: 0, key_sli: true }] },
    /objectives\/0\/weight is 0 for a key SLI/,
  ],
  ...['<600ms', '<=+5s', '>.5MB/s'].map((criterion): [unknown, RegExp] => [
    { ...base, objectives: [{ sli: 'a', pass: [{ criteria: [criterion] }] }] },
    /objectives\/0\/pass\/0\/criteria\/0 holds ".*", and limits have no unit \("(ms|s|MB\/s)"\)/,
  ]),
  ...['<mean(self)', '<1,5', '<--5', '<5%%', '<'].map((criterion): [unknown, RegExp] => [
    { ...base, objectives: [{ sli: 'a', pass: [{ criteria: [criterion] }] }] },
    /objectives\/0\/pass\/0\/criteria\/0 holds "<.*, which (Keptn does not know|is not)/,
  ]),
  [
    {
      ...base,
      objectives: [{ sli: 'a', pass: Array.from({ length: 21 }, () => ({ criteria: ['<1'] })) }],
    },
    /objectives\/0\/pass has more than 20 alternatives/,
  ],
  [{ ...base, objectives: [{ sli: 'a', pass: [{ criteria: [] }] }] }, /pass\/0\/criteria is empty/],
  [
    { ...base, objectives: [{ sli: 'a', pass: [{ criteria: ['1'] }] }] },
    /objectives\/0\/pass\/0\/criteria\/0 holds "1", which is not an operator/,
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

test('whatever a file says, it is refused with its place or becomes a config the service takes', () => {
  const contract = loadContract();
  const odd = fc.constantFrom(null, '', 0, -1, [], {}, 'x', true, 2, '5%');
  const limit = fc.constantFrom(
    '.5',
    '5.',
    '+10%',
    '-5',
    '1e3',
    '600ms',
    '5%%',
    'NaN',
    '',
    '1e999',
  );
  const criterion = fc.tuple(fc.constantFrom('<', '<=', '=', '>', ' >= ', ''), limit);
  const alternative = fc.record({
    criteria: fc.array(
      criterion.map(([operator, number]) => operator + number),
      { minLength: 1, maxLength: 3 },
    ),
  });
  const alternatives = fc.oneof(fc.array(alternative, { maxLength: 2 }), odd);
  const objective = fc.record(
    {
      sli: fc.oneof(fc.constantFrom('a', 'b', 'a 2'), odd),
      pass: alternatives,
      warning: alternatives,
      weight: fc.oneof(fc.constantFrom(0, 0.5, 1, 3), odd),
      key_sli: fc.boolean(),
    },
    { requiredKeys: ['sli'] },
  );
  const slo = fc.record(
    {
      comparison: fc.oneof(fc.record({ aggregate_function: fc.constantFrom('p90', 'avg') }), odd),
      filter: odd,
      objectives: fc.array(objective, { minLength: 1, maxLength: 4 }),
      total_score: fc.record({ pass: fc.constantFrom('90%', 50, '.5%'), warning: odd }),
    },
    { requiredKeys: ['objectives', 'total_score'] },
  );
  let taken = 0;
  fc.assert(
    fc.property(slo, (document) => {
      let config;
      try {
        ({ config } = parseSlo(document, 'x'));
      } catch (error) {
        assert.match((error as Fault).message, /^the SLO file cannot be imported: \S+ /);
        return;
      }
      assert.deepEqual(contract.checkSchema('CanaryConfig', config), []);
      assert.deepEqual(checkConfigForm(config, 100), []);
      taken += 1;
    }),
    { numRuns: 1000 },
  );
  assert.ok(taken > 0);
});
