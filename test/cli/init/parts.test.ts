// The pure parts of `canary init`: scopes, selectors of packs read backwards, sides, interval, step, and what is kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDuration, historyFor, readMeasures } from '../../../src/cli/init/calibrate.ts';
import { chooseBucket } from '../../../src/cli/init/choose-bucket.ts';
import { chooseStep } from '../../../src/cli/init/choose-step.ts';
import { requestOf, useOf, weightsOf } from '../../../src/cli/init/compose-files.ts';
import { candidatesOf, type Candidate } from '../../../src/cli/init/find-candidates.ts';
import { packsThatFit, searchesFor } from '../../../src/cli/init/find-packs.ts';
import { findSides, namedSides } from '../../../src/cli/init/find-sides.ts';
import { pairsOfPast } from '../../../src/cli/init/history-pairs.ts';
import { measureInterval } from '../../../src/cli/init/measure-interval.ts';
import { labelsOfPack } from '../../../src/cli/init/pack-labels.ts';
import { nameOfWorkload, readScope, writeSelector } from '../../../src/cli/init/read-scope.ts';
import { targetFiles } from '../../../src/cli/init/target-files.ts';
import { judgePreview } from '../../../src/cli/init/tried-metric.ts';
import { measuresTold } from '../../../src/cli/init/write-files.ts';
import type { components } from '../../../src/openapi.d.ts';
import { PACKS } from '../../../src/packs/catalog.ts';

type Schemas = components['schemas'];

const pack = (name: string) => PACKS.find((one) => one.name === name)!;

test('a scope is labels, in any of the usual ways to write them', () => {
  const written = (text: string) => writeSelector(readScope(text));
  assert.equal(written('app=checkout'), '{app="checkout"}');
  assert.equal(written('namespace=shop, app="check,out"'), '{namespace="shop",app="check,out"}');
  assert.equal(written('{app=~"check.*",env!="dev"}'), '{app=~"check.*",env!="dev"}');
  assert.equal(written(String.raw`{app="a\"b"}`), String.raw`{app="a\"b"}`);
  assert.equal(nameOfWorkload(readScope('namespace=shop,app=checkout')), 'checkout');
});

for (const [text, meant] of [
  ['', /a label of the workload is needed, such as app=checkout/],
  ['checkout', /did you mean app=checkout\?/],
  ['app:checkout', /did you mean app=checkout\?/],
  ['app==checkout', /did you mean app=checkout\?/],
  ['app=', /"" is no|"app" has no value|"app=" is no LABEL=VALUE/],
  ['{}', /a label of the workload is needed/],
] as const) {
  test(`the scope "${text}" is asked back`, () => {
    assert.throws(() => readScope(text), meant);
  });
}

test('the selector of every pack tells where its scope stands', () => {
  for (const one of PACKS) {
    const { scopeLabel, metric } = labelsOfPack(one);
    assert.ok(scopeLabel !== '', one.name);
    assert.ok(metric !== '', one.name);
  }
  assert.deepEqual(
    ['istio', 'jvm', 'http-server-otel-target', 'contour'].map((name) => {
      const { scopeLabel, metric } = labelsOfPack(pack(name));
      return [scopeLabel, metric];
    }),
    [
      ['destination_workload', 'istio_requests_total'],
      ['pod', 'jvm_memory_used_bytes'],
      ['service_version', 'target_info'],
      ['envoy_cluster_name', 'envoy_cluster_upstream_rq'],
    ],
  );
});

test('packs fit where all of their metrics are, nearest to the caller first', () => {
  const names = new Set([
    ...pack('jvm').detect,
    ...pack('spring-boot').detect,
    'istio_requests_total',
  ]);
  assert.deepEqual(
    packsThatFit(PACKS, names).map(({ name }) => name),
    ['spring-boot', 'jvm'],
  );
});

test('a workload is looked for by its labels, by a scope that holds its name, by a parameter that does', () => {
  const [given, either, parameter] = searchesFor(
    labelsOfPack(pack('http-server-otel')),
    readScope('app=search'),
  );
  assert.equal(
    given,
    'count by (job, service_version) (http_server_request_duration_seconds_count{app="search"})',
  );
  assert.match(either!, / or count by .*service_version=~/);
  assert.match(parameter!, /job=~"\(\.\*\[\^a-zA-Z0-9\]\)\?search/);
});

const NOW = Date.parse('2026-01-15T12:00:00Z');
const HOUR = 3_600_000;
const seen = (tags: Record<string, string>, hours = 24) => ({
  tags,
  firstSeenAt: NOW - hours * HOUR,
  lastSeenAt: NOW,
});

test('a pod tells of its Deployment and of its ReplicaSet, a cluster of all that its name holds', () => {
  const pods = candidatesOf(
    [seen({ namespace: 'shop', pod: 'checkout-7f88b9d6c4-m4vbn' })],
    labelsOfPack(pack('jvm')),
  );
  assert.deepEqual(
    pods.map(({ scope, reading, parameters }) => [scope, reading, parameters['namespace']]),
    [
      ['checkout', 'short', 'shop'],
      ['checkout-7f88b9d6c4', 'long', 'shop'],
    ],
  );
  const [cluster] = candidatesOf(
    [seen({ envoy_cluster_name: 'shop_checkout-canary_80' })],
    labelsOfPack(pack('contour')),
  );
  assert.deepEqual(
    [cluster!.scope, cluster!.parameters],
    ['checkout-canary', { namespace: 'shop', port: '80' }],
  );
});

const candidate = (scope: string, rest: Partial<Candidate> = {}): Candidate => ({
  scope,
  parameters: {},
  reading: 'whole',
  firstSeenAt: NOW - 24 * HOUR,
  lastSeenAt: NOW,
  ...rest,
});
const long = (scope: string, hours: number) =>
  candidate(scope, { reading: 'long', firstSeenAt: NOW - hours * HOUR });

for (const [how, candidates, sides] of [
  [
    "Flagger's names",
    [candidate('checkout'), candidate('checkout-primary')],
    ['checkout-primary', 'checkout'],
  ],
  [
    'words',
    [candidate('checkout-canary'), candidate('checkout-stable'), candidate('checkout')],
    ['checkout-stable', 'checkout-canary'],
  ],
  [
    'a word on one side',
    [candidate('checkout'), candidate('checkout-canary'), candidate('checkout-db')],
    ['checkout', 'checkout-canary'],
  ],
  [
    'a word inside',
    [candidate('shop-checkout-80@crd'), candidate('shop-checkout-canary-80@crd')],
    ['shop-checkout-80@crd', 'shop-checkout-canary-80@crd'],
  ],
  ['colours', [candidate('green'), candidate('blue')], ['blue', 'green']],
  ['versions of one age', [candidate('v9'), candidate('v10')], ['v9', 'v10']],
  [
    'the age of versions',
    [candidate('v10'), candidate('v9', { firstSeenAt: NOW - HOUR })],
    ['v10', 'v9'],
  ],
  [
    'the age of ReplicaSets',
    [long('checkout-7f88b9d6c4', 1), long('checkout-6c9d7b5f48', 20)],
    ['checkout-6c9d7b5f48', 'checkout-7f88b9d6c4'],
  ],
  [
    'server groups',
    [candidate('checkout-v042'), candidate('checkout-v041')],
    ['checkout-v041', 'checkout-v042'],
  ],
  [
    'a parameter',
    [
      candidate('checkout', { parameters: { canary: 'shop-checkout-canary-80' } }),
      candidate('checkout', { parameters: { canary: '' } }),
    ],
    ['checkout', 'checkout'],
  ],
] as const) {
  test(`sides are told apart by ${how}`, () => {
    const [found] = findSides(candidates, { now: NOW, name: 'checkout' });
    assert.deepEqual([found?.baseline.scope, found?.canary.scope], sides);
    assert.equal(found?.sideBySide, true, found?.rule);
  });
}

test('what is gone is no side, what is alone is compared with its past, what is another workload is left alone', () => {
  const gone = candidate('v8', { lastSeenAt: NOW - 2 * HOUR });
  const [alone] = findSides([gone, candidate('v9')], { now: NOW, name: 'checkout' });
  assert.deepEqual(
    [alone?.sideBySide, alone?.baseline],
    [false, { scope: 'v9', parameters: {}, offset: '1d' }],
  );
  const others = [candidate('checkout'), candidate('checkout-db-canary'), candidate('checkout-db')];
  assert.equal(findSides(others, { now: NOW, name: 'checkout' })[0]?.canary.scope, 'checkout');
  assert.deepEqual(findSides([], { now: NOW, name: 'checkout' }), []);
});

test('every way to tell the sides apart is found once, best first', () => {
  const ways = (candidates: Candidate[]) =>
    findSides(candidates, { now: NOW, name: 'checkout' }).map(
      ({ baseline, canary }) => `${baseline.scope} ${canary.scope}`,
    );
  const worded = ['checkout-canary', 'checkout-stable', 'checkout'].map((name) => candidate(name));
  assert.deepEqual(ways(worded), ['checkout-stable checkout-canary', 'checkout checkout-canary']);
  const versions = ['v9', 'v11', 'v10'].map((name) => candidate(name));
  assert.deepEqual(ways(versions), ['v9 v11', 'v10 v11']);
  assert.deepEqual(ways([candidate('v9'), candidate('v10')]), ['v9 v10']);
  assert.deepEqual(ways([candidate('green'), candidate('blue'), ...versions]), [
    'blue green',
    'v9 v11',
    'v10 v11',
  ]);
});

test('sides that a person names are taken, also a canary that is not there yet', () => {
  const known = [candidate('a', { parameters: { namespace: 'shop' } })];
  const [found] = namedSides(known, { baseline: 'a', canary: 'b' });
  assert.deepEqual(found?.canary, { scope: 'b', parameters: { namespace: 'shop' } });
  assert.deepEqual(namedSides(known, { baseline: 'x', canary: 'a' }), []);
});

test('an interval is the median distance of timestamps, as the usual one next to it', () => {
  const at = (...gaps: number[]) =>
    gaps.reduce<number[]>((all, gap) => [...all, all.at(-1)! + gap], [1000]);
  assert.equal(measureInterval(at(15, 15.02, 14.98, 30)), 15);
  assert.equal(measureInterval([...at(30, 30, 30), ...at(30, 30, 30), NaN]), 30);
  assert.equal(measureInterval(at(7, 7, 7)), 7);
  assert.equal(measureInterval([1000, 1015]), undefined);
});

test('a step has four scrapes, and 20 requests on the smaller side', () => {
  assert.equal(chooseStep(15, 240).seconds, 60);
  assert.equal(chooseStep(15, 12).seconds, 120);
  assert.equal(chooseStep(30, 240).seconds, 120);
  assert.match(chooseStep(15, 1).why, /fewer than 20: only large changes/);
  assert.equal(chooseStep(15, undefined).seconds, 60);
});

test('a share of slow requests begins at the end of a bucket', () => {
  assert.equal(chooseBucket(['0.1', '0.25', '+Inf'], 0.25), undefined);
  assert.equal(chooseBucket(['0.1', '0.3', '1.2', '+Inf'], 0.25), 0.3);
  assert.equal(chooseBucket([], 0.25), undefined);
});

const series = (...values: (number | null)[]): Schemas['PreviewSeries'] => {
  const points = values.filter((value) => value !== null).length;
  return {
    tags: {},
    start: '2026-01-15T10:00:00.000Z',
    step: '1m',
    values,
    points,
    gaps: values.length - points,
  };
};
const side = (...all: Schemas['PreviewSeries'][]): Schemas['PreviewSide'] => ({
  query: 'up',
  tookMs: 1,
  series: all,
  omitted: 0,
  remarks: [],
});
const preview = (baseline: Schemas['PreviewSide'], canary = baseline): Schemas['Preview'] => ({
  account: 'prom',
  source: 'prometheus',
  baseline,
  canary,
});
const metric = { name: 'istio errors', group: 'errors' };

test('a metric without data on the baseline is left out with the reason', () => {
  const tried = (value: Schemas['Preview'], exposure?: Schemas['Preview']) =>
    judgePreview({ name: 'errors', metric, value, ...(exposure && { exposure }) });
  assert.equal(tried(preview(side())).refused, 'no series on the baseline');
  assert.equal(
    tried(preview(side(series(1, null, null)))).refused,
    'only 1 of 3 points on the baseline',
  );
  assert.equal(tried(preview(side(series(null)))).refused, 'no value on the baseline');
  const full = preview(side(series(1, 2, 3)));
  assert.match(tried(full, preview(side())).refused!, /no series of what it is counted out of/);
  assert.deepEqual(tried(preview(side(series(1, 2)), side())).notes, ['not seen on the canary']);
  assert.deepEqual(tried(preview(side(series(0, 0))), full).notes, [
    'never happened on the baseline in this time',
  ]);
});

test('the past of a baseline becomes windows against the next one', () => {
  const value = series(0, 1, 2, 3, 4, 5, 6);
  const pairs = pairsOfPast([{ metric: 'errors', value, exposure: value }], 2);
  assert.deepEqual(
    pairs.map(({ start, baseline, canary }) => [start, baseline, canary]),
    [
      ['2026-01-15T10:01:00.000Z', [1, 2], [3, 4]],
      ['2026-01-15T10:03:00.000Z', [3, 4], [5, 6]],
      ['2026-01-15T10:05:00.000Z', [5, 6], [3, 4]],
    ],
  );
  assert.deepEqual(pairs[0]!.exposure, { baseline: [1, 2], canary: [3, 4] });
  assert.deepEqual(historyFor(60), { windowMinutes: 30, hours: 6 });
  assert.deepEqual(historyFor(300), { windowMinutes: 75, hours: 15 });
});

test('a run is as long as a healthy canary needs to be known', () => {
  const minutes = (...needed: number[]) => ({
    metrics: needed.map((one) => ({ metric: 'x', found: [], passMs: one * 60_000 })),
  });
  assert.equal(chooseDuration(minutes(20, 45)), 3_600_000);
  assert.equal(chooseDuration(minutes(900)), 2 * 3_600_000);
  assert.equal(chooseDuration(minutes()), 3_600_000);
  assert.deepEqual(readMeasures(undefined, undefined), { metrics: [] });
});

const fitted = (name: string, baseline: string, canary: string) => ({
  pack: pack(name),
  sides: {
    baseline: { scope: baseline, parameters: { namespace: 'shop' } },
    canary: { scope: canary, parameters: { namespace: 'shop' } },
    rule: 'named by you',
    sideBySide: true,
  },
  metrics: [
    judgePreview({ name: 'errors', metric, value: preview(side(series(1, 2))) }),
    judgePreview({ name: 'latency p50', metric: { name: 'l' }, value: preview(side()) }),
  ],
});

test('packs with the same sides share them, others are read for scopes of their own', () => {
  const packs = [fitted('istio', 'a', 'b'), fitted('jvm', 'a-1', 'b-1')];
  assert.deepEqual(useOf(packs[0]!, packs), {
    pack: 'istio',
    parameters: { namespace: 'shop' },
    without: ['latency p50'],
  });
  assert.equal(useOf(packs[1]!, packs).scopeName, 'jvm');
  const wishes = { stepSeconds: 60, scrapeSeconds: 15, durationMs: 3_600_000, account: undefined };
  const request = requestOf(packs, wishes);
  assert.deepEqual(request, {
    baseline: { scope: 'a' },
    canary: { scope: 'b' },
    scopes: { jvm: { baseline: { scope: 'a-1' }, canary: { scope: 'b-1' } } },
    window: { duration: '1h', warmup: '5m', settle: '30s', step: '1m' },
  });
  assert.deepEqual(weightsOf(packs), { errors: 100 });
});

test('a table tells what was measured, and that a small canary is noisier', () => {
  const measured = {
    hours: 6,
    windowMinutes: 30,
    falseAlarms: { failed: 1, of: 30 },
    metrics: [
      { metric: 'errors', falseAlarms: { failed: 1, of: 30 }, found: [undefined, 0.5, 0.25] },
      { metric: 'cpu', found: [], reason: 'no history of "cpu"' },
    ],
    notes: ['no calibration: too little history'],
  };
  const text = measuresTold({ measured, canaryShare: 0.1 }).join('\n');
  assert.match(text, /errors +1 of 30 +nothing +\+50 % +\+25 %/);
  assert.match(text, /failed 1 of 30 comparisons/);
  assert.match(
    text,
    /! no history of "cpu"\n! no calibration: too little history\n! the canary has 10 % of the requests/,
  );
});

test('files stand beside each other', () => {
  assert.deepEqual(targetFiles('ci/canary.yml', true), {
    config: 'ci/canary.yml',
    request: 'ci/canary.request.yml',
    service: 'ci/canary.service.yml',
  });
  assert.equal(targetFiles('canary.yaml', false).service, undefined);
  assert.throws(() => targetFiles('canary.json', true), /did you mean canary.yaml\?/);
});
