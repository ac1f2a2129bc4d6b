import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkConfigForm } from '../../../src/analysis/accept/check-config.ts';
import type { components } from '../../../src/openapi.d.ts';

type WireMetric = components['schemas']['MetricConfig'];

function violationsOf(metric: Partial<WireMetric>): [string, string][] {
  const named = { name: 'a', query: { source: 'inline' as const } };
  const config = { name: 'x', metrics: [{ ...named, ...metric }] };
  return checkConfigForm(config, 10).map(({ pointer, message }) => [pointer, message]);
}

test('criteria and formulas that can be read are no violation', () => {
  const criteria = { value: 'p95(a)', pass: [['<=600', '<+10%']], warning: [['<= 2 * max(self)']] };
  assert.deepEqual(violationsOf({ criteria, key: true, weight: 2 }), []);
});

test('each one that cannot be read is named with its place', () => {
  const criteria = { value: 'mean(b)', pass: [['<=600'], ['<1', '600']], warning: [['<= x']] };
  const found = violationsOf({ criteria });
  assert.deepEqual(
    found.map(([pointer]) => pointer.replace('/metrics/0/criteria', '')),
    ['/pass/1/1', '/warning/0/0', '/value'],
  );
  assert.match(found[0]![1], /write an operator/);
});

test('warnings and keys stand beside what they belong to; every metric has a weight', () => {
  assert.deepEqual(violationsOf({ criteria: { warning: [['<1']] } }), [
    ['/metrics/0/criteria/warning', 'needs `pass` beside it'],
  ]);
  assert.deepEqual(violationsOf({ key: true }), [
    ['/metrics/0/key', 'goes with `criteria`; leave it out'],
  ]);
  assert.deepEqual(violationsOf({ weight: 2 }), []);
});
