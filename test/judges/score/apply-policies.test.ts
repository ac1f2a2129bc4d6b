import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';
import type { MetricConfig } from '../../../src/model/config.ts';

const steady = Array.from({ length: 20 }, (_, index) => 10 + (index % 5));
const doubled = steady.map((value) => value * 2);

function verdictOf(metrics: [Partial<MetricConfig>, number[]][]): string {
  const configs = metrics.map(([changes], index) =>
    createMetricConfig({ name: `m${index}`, ...changes }),
  );
  const pairs = metrics.map(([, canary], index) => createPair(`m${index}`, steady, canary));
  const config = createCanaryConfig(configs);
  return createNetflixJudge().judge({ config, thresholds: config.thresholds, pairs }).verdict;
}

test('a failing guardrail rolls back, a failing signal only holds', () => {
  assert.equal(verdictOf([[{}, doubled]]), 'fail');
  assert.equal(verdictOf([[{ isSignal: true }, doubled]]), 'marginal');
  assert.equal(verdictOf([[{ isSignal: true, critical: true }, doubled]]), 'marginal');
  assert.equal(
    verdictOf([
      [{ isSignal: true }, doubled],
      [{}, doubled],
    ]),
    'fail',
  );
  assert.equal(verdictOf([[{ isSignal: true }, steady]]), 'pass');
});

test('a metric without data is passed over, fails, or leaves the verdict open, as its policy says', () => {
  const present: [Partial<MetricConfig>, number[]][] = [
    [{}, steady],
    [{}, steady],
  ];
  assert.equal(verdictOf([...present, [{ noData: 'ignore' }, []]]), 'pass');
  assert.equal(verdictOf([...present, [{ noData: 'fail' }, []]]), 'fail');
  assert.equal(verdictOf([...present, [{ noData: 'inconclusive' }, []]]), 'nodata');
  assert.equal(verdictOf([...present, [{ noData: 'inconclusive', muted: true }, []]]), 'pass');
  assert.equal(
    verdictOf([
      [{}, doubled],
      [{}, doubled],
      [{ noData: 'inconclusive' }, []],
    ]),
    'fail',
  );
});
