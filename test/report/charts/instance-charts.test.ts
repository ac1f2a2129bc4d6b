import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderInstanceCharts } from '../../../src/report/charts/instance-charts.ts';
import { sampleResult } from '../../support/analysis-sample.ts';

const { judgement, pairs } = sampleResult();
const LATENCY = 2;
const metric = judgement.metrics[LATENCY]!; // 412 ms to 533 ms, where an increase is worse
const pair = pairs[LATENCY]!;
const at = (name: string, value: number) => ({ name, values: pair.canary.values.map(() => value) });
const draw = (instances: Parameters<typeof renderInstanceCharts>[2]) =>
  String(renderInstanceCharts(metric, pair, instances, 'metric-1'));
const namesOf = (text: string) =>
  [...text.matchAll(/<svg[^>]*aria-label="(.*?):/gs)].map((m) => m[1]);

test('the canary farthest from the baseline in the harmful direction comes first', () => {
  const text = draw({
    baseline: [at('b-1', 410), at('b-2', 700)],
    canary: [at('c-1', 300), at('c-2', 900), at('c-3', 420)],
  });
  assert.deepEqual(namesOf(text), [
    'canary c-2',
    'canary c-3',
    'canary c-1',
    'baseline b-2',
    'baseline b-1',
  ]);
  assert.match(text, /canary c-2: mean 900 ms/);
});

test('what the judge says stands out comes before all others, with a word', () => {
  const sequential = { instances: [{ side: 'baseline', instance: 'b-1', ratio: 3 }] };
  const told = { ...metric, sequential } as unknown as typeof metric;
  const instances = { baseline: [at('b-1', 10)], canary: [at('c-1', 900)] };
  const text = String(renderInstanceCharts(told, pair, instances, 'metric-1'));
  assert.deepEqual(namesOf(text), ['baseline b-1', 'canary c-1']);
  assert.match(text, /3 times its siblings: stands out/);
});

test('of very many the worst are drawn, and how many there are besides is told', () => {
  const canary = Array.from({ length: 300 }, (_, i) => at(`pod-${i}`, 400 + i));
  const text = draw({ baseline: [], canary });
  assert.equal(namesOf(text).length, 12);
  assert.match(text, /pod-299/);
  assert.match(text, /288 more\s+are less far away/);
});

test('an instance without values is last and says so; without instances there is nothing', () => {
  const text = draw({ baseline: [], canary: [at('gone', NaN), at('here', 500)] });
  assert.deepEqual(namesOf(text), ['canary here', 'canary gone']);
  assert.match(text, /canary gone: no values/);
  assert.equal(renderInstanceCharts(metric, pair, undefined, 'm'), undefined);
});
