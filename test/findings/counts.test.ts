// A metric without data is never among the judged, and a count means its rate, under every judge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRequest } from '../../src/analysis/judging/judge-request.ts';
import { createJudges } from '../../src/judges/registry.ts';
import type { Judgement } from '../../src/model/judgement/judgement.ts';
import type { components } from '../../src/openapi.d.ts';
import { wave } from './situations.ts';

type Schemas = components['schemas'];
type Pair = Omit<Schemas['SeriesPair'], 'step'>;

const BASE = wave(100, 1, 120);
const FINE = wave(100, 2, 120);

function judge(
  name: string,
  metrics: Partial<Schemas['MetricConfig']>[],
  pairs: Pair[],
): Judgement {
  const given = metrics.map((metric) => ({
    query: { source: 'inline' as const },
    criteria: { pass: [['<+30%']] },
    tolerance: { increase: 1.3 },
    direction: 'increase' as const,
    ...metric,
  })) as Schemas['MetricConfig'][];
  const config = { name: 'checkout', judge: name, metrics: given };
  const body = { config, pairs: pairs.map((pair) => ({ ...pair, step: '60s' })) };
  return judgeRequest(body);
}

for (const name of createJudges().names()) {
  test(`${name}: the counts in the reason are those of the metrics that were judged`, () => {
    const metrics = [{ name: 'a' }, { name: 'b' }, { name: 'c', noData: 'ignore' as const }];
    const { verdict, reason } = judge(name, metrics, [
      { metric: 'a', baseline: BASE, canary: FINE },
      { metric: 'b', baseline: BASE, canary: FINE },
    ]);
    assert.equal(verdict, 'pass', reason);
    assert.match(reason, /2 of 3 metrics judged, none .*; c has no data$/);
  });

  test(`${name}: without leave, a metric without data holds`, () => {
    const { verdict, reason } = judge(
      name,
      [{ name: 'a' }, { name: 'c' }],
      [{ metric: 'a', baseline: BASE, canary: FINE }],
    );
    assert.equal(verdict, 'nodata');
    assert.match(reason, /^not enough data: c: no value came on either side; the judge said/);
  });

  test(`${name}: a count is judged by its rate`, () => {
    const count = {
      name: 'errors',
      kind: 'count' as const,
      exposure: { source: 'inline' as const },
    };
    const events = (level: number, seed: number) => wave(level, seed, 120).map(Math.round);
    const at = (level: number): Pair[] => [
      {
        metric: 'errors',
        baseline: events(500, 1),
        canary: events(level, 2),
        exposure: { baseline: BASE.map(() => 10_000), canary: BASE.map(() => 1000) },
      },
    ];
    const worse = judge(name, [count], at(150));
    assert.equal(worse.metrics[0]!.classification, 'High', worse.reason);
    assert.equal(worse.verdict, 'fail');
    const alike = judge(name, [count], at(50));
    assert.equal(alike.verdict, 'pass', alike.reason);
  });

  test(`${name}: where missing values count as 0 they do on either side, also where nothing came`, () => {
    const metric = { name: 'errors', missingValues: 'zero' as const };
    const none = BASE.map(() => null);
    const { metrics } = judge(name, [metric], [{ metric: 'errors', baseline: BASE, canary: none }]);
    assert.equal(metrics[0]!.classification, 'Pass');
    const { verdict } = judge(name, [metric], [{ metric: 'errors', baseline: none, canary: none }]);
    assert.equal(verdict, 'nodata');
  });
}
