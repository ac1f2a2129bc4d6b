// Numbers and names that mean something else than they say: refused with what was meant, or a warning.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfigForm, warnOfConfig } from '../../../src/analysis/accept/check-config.ts';
import { checkThresholds } from '../../../src/analysis/accept/check-thresholds.ts';

type Wire = Parameters<typeof checkConfigForm>[0];
type Metric = Wire['metrics'][number];

const inline: Metric = { name: 'a', query: { source: 'inline' } };

/** What is said of a config, `!` before what refuses it. */
function said(config: Partial<Wire>): string[] {
  const wire = { name: 'c', metrics: [inline], ...config };
  const line = (mark: string) => (one: { pointer: string; message: string }) =>
    `${mark}${one.pointer} ${one.message}`;
  return [...checkConfigForm(wire, 10).map(line('!')), ...warnOfConfig(wire).map(line(''))];
}

const ofMetric = (metric: Partial<Metric>) => said({ metrics: [{ ...inline, ...metric }] });

const THRESHOLDS: [pass: number, marginal: number, said: string[]][] = [
  [95, 75, []],
  [95, 0, []],
  [
    0.95,
    0.75,
    [
      '!/thresholds/pass is 0.95, but scores go from 0 to 100; did you mean 95?',
      '!/thresholds/marginal is 0.75, but scores go from 0 to 100; did you mean 75?',
    ],
  ],
  [1, 0, ['!/thresholds/pass is 1, but scores go from 0 to 100; did you mean 100?']],
  [95, 0.5, ['/thresholds/marginal is 0.5, but scores go from 0 to 100; did you mean 50?']],
  [0, 0, ['/thresholds/pass is 0, so that every canary that is judged passes']],
  [50, 60, ['!/thresholds/marginal must not be above pass (50)']],
];

for (const [pass, marginal, expected] of THRESHOLDS) {
  test(`thresholds ${pass} and ${marginal}`, () => {
    assert.deepEqual(said({ thresholds: { pass, marginal } }), expected);
  });
}

const RATIO = 'but it is a ratio of canary to baseline, and 1 allows no';
const TOLERANCES: [tolerance: NonNullable<Metric['tolerance']>, said: string[]][] = [
  [{ increase: 1.1, decrease: 0.9 }, []],
  [{ increase: '10%', decrease: '10%' }, []],
  [{ increase: 3, decrease: 0.34 }, []],
  [
    { increase: '250%' },
    ['/increase lets the canary be 3.5 times the baseline; did you mean 1.035 ("3.5%")?'],
  ],
  [{ increase: 0.1 }, [`!/increase is 0.1, ${RATIO} increase; did you mean 1.1 ("10%")?`]],
  [
    { increase: 10 },
    ['/increase lets the canary be 10 times the baseline; did you mean 1.1 ("10%")?'],
  ],
  [{ decrease: 1.1 }, [`!/decrease is 1.1, ${RATIO} decrease; did you mean 0.9 ("10%")?`]],
  [{ decrease: 10 }, [`!/decrease is 10, ${RATIO} decrease; did you mean 0.9 ("10%")?`]],
  [
    { decrease: 0.1 },
    ['/decrease lets the canary fall to 0.1 of the baseline; did you mean 0.9 ("10%")?'],
  ],
  [{ decrease: '110%' }, ['!/decrease is 110%, but nothing falls by more than 100 %']],
];

for (const [tolerance, expected] of TOLERANCES) {
  test(`tolerance ${JSON.stringify(tolerance)}`, () => {
    const at = (field: string) =>
      expected.map((text) => text.replace(/^(!?)\//, `$1/metrics/0/${field}/`));
    assert.deepEqual(ofMetric({ tolerance }), at('tolerance'));
    assert.deepEqual(ofMetric({ criticalTolerance: tolerance }), at('criticalTolerance'));
  });
}

test('with cles a tolerance is a probability', () => {
  const cles = (tolerance: NonNullable<Metric['tolerance']>) =>
    ofMetric({ effect: 'cles', tolerance });
  assert.deepEqual(cles({ increase: 0.6, decrease: 0.4 }), []);
  assert.deepEqual(cles({ increase: 1.1, decrease: 0.9 }), [
    '!/metrics/0/tolerance/increase is 1.1, but with `effect: cles` it is a probability, 0.5 to 1',
    '!/metrics/0/tolerance/decrease is 0.9, but with `effect: cles` it is a probability, 0 to 0.5',
  ]);
  assert.match(cles({ increase: '10%' })[0] ?? '', /^!.* is a percentage, but .*0.6 a small one$/);
});

test('a margin of 10 is ten times, not ten per cent', () => {
  const told = 'lets a canary pass that is up to 10 times the baseline; did you mean 1.1 (10 %)?';
  assert.deepEqual(ofMetric({ margin: 10 }), [`/metrics/0/margin ${told}`]);
  assert.deepEqual(said({ judgeOptions: { margin: 10 } }), [`/judgeOptions/margin ${told}`]);
  assert.deepEqual(said({ judgeOptions: { margin: 1.2 } }), []);
});

test('a group without weight is told what it gets, and refused when that is nothing', () => {
  const metrics = [
    { ...inline, group: 'errors' },
    { ...inline, name: 'b', group: 'latency' },
  ];
  assert.deepEqual(said({ metrics }), []);
  assert.deepEqual(said({ metrics, groups: { errors: 60 } }), [
    '/groups group "latency" has no weight: it gets 40 of 100, its part of what the others leave',
  ]);
  assert.deepEqual(said({ metrics, groups: { errors: 100 } }), [
    '!/groups group "latency" has no weight, and the others sum to 100 already, so its metrics would not count: give it one, and the others less',
  ]);
});

test('a weight for a misspelled group is refused with the group that was meant', () => {
  const metrics = [
    { ...inline, group: 'errors' },
    { ...inline, name: 'b', group: 'latency' },
  ];
  assert.deepEqual(said({ metrics, groups: { erors: 60, latency: 40 } }).slice(0, 1), [
    '!/groups/erors has a weight but no metric, so its share would be lost; did you mean "errors"?',
  ]);
});

test('thresholds of a request are checked where they stand', () => {
  const { violations } = checkThresholds({ pass: 0.9, marginal: 0.5 }, '/thresholds');
  assert.deepEqual(
    violations.map(({ pointer }) => pointer),
    ['/thresholds/pass', '/thresholds/marginal'],
  );
});
