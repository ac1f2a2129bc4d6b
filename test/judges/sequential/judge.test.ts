import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { Fault } from '../../../src/errors.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { SequentialOptions } from '../../../src/judges/sequential/options.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  MINUTE,
  pairOf,
  ratioEffect,
} from '../../support/sequential-input.ts';

const random = createRandom(1);
const LENGTH = 90;
const running = { plannedMs: 1440 * MINUTE, elapsedMs: (LENGTH + 1) * MINUTE };

function arms(factor: number) {
  return {
    baseline: latencies(random, LENGTH),
    canary: latencies(random, LENGTH).map((value) => value * factor),
  };
}
const healthy = arms(1);
const worse = arms(1.6);
const silent = { baseline: healthy.baseline, canary: healthy.canary.map(() => NaN) };

function judge(
  input: ReturnType<typeof inputOf>,
  options: Partial<SequentialOptions> = { preset: 'auto' },
) {
  const judgement = createSequentialJudge(options).judge(input);
  return { ...judgement, ...judgement.sequential };
}

test('a healthy canary passes early, confirmed, where it may', () => {
  const { decision, verdict, score, metrics, undecided } = judge(
    inputOf([metricConfig('latency')], [pairOf('latency', healthy)], running),
    { preset: 'auto', stopOnPass: true },
  );
  assert.deepEqual(
    { decision, verdict, score },
    { decision: 'pass-early', verdict: 'pass', score: 100 },
  );
  const { sequential } = metrics[0]!;
  assert.ok(sequential.confirmed && sequential.confirmedAt! <= LENGTH);
  assert.ok(sequential.interval!.lower < 1 && sequential.interval!.upper > 1);
  assert.ok(sequential.probabilityOfRegression < 0.1);
  assert.deepEqual(undecided, []);
});

test('nothing passes early before the minimum run, nor unless it is told to', () => {
  const input = inputOf([metricConfig('latency')], [pairOf('latency', healthy)], running);
  const minRunMs = (LENGTH + 1) * MINUTE;
  const early = { preset: 'auto', stopOnPass: true } as const;
  assert.equal(judge(input, { ...early, minRunMs }).decision, 'continue');
  assert.equal(judge(input).decision, 'continue');
  assert.match(judge(input).metrics[0]!.sentence, /safe so far: a rise above 10 % is ruled out/);
});

test('a critical regression fails early and sets the score to 0', () => {
  const metrics = [metricConfig('latency', { critical: true }), metricConfig('errors')];
  const pairs = [pairOf('latency', worse), pairOf('errors', healthy)];
  const {
    decision,
    verdict,
    score,
    scoreReason,
    metrics: judged,
  } = judge(inputOf(metrics, pairs, running));
  assert.deepEqual(
    { decision, verdict, score },
    { decision: 'fail-early', verdict: 'fail', score: 0 },
  );
  assert.equal(scoreReason, 'Canary Failed: The metric latency was classified as High (Critical)');
  const { sequential, classification, critical } = judged[0]!;
  assert.deepEqual([classification, critical], ['High', true]);
  assert.ok(sequential.decidedAt! >= 5 && sequential.decidedAt! <= LENGTH);
  assert.ok(sequential.adjustedP <= 0.05 && sequential.adjustedP >= sequential.p);
  assert.match(judged[0]!.sentence, /times the baseline .* allowed 1.05 \(adjusted p/);
});

test('a critical metric below its critical limit is an ordinary failure', () => {
  const effect = ratioEffect(1.05, 3);
  const metrics = ['latency', 'a', 'b', 'c'].map((name) =>
    metricConfig(name, { critical: name === 'latency', effect }),
  );
  const pairs = metrics.map(({ name }) => pairOf(name, name === 'latency' ? worse : healthy));
  const { decision, score, metrics: judged } = judge(inputOf(metrics, pairs, running));
  assert.deepEqual([judged[0]!.classification, judged[0]!.critical], ['High', false]);
  assert.equal(score, 75);
  assert.notEqual(decision, 'fail-early');
});

test('a lower rate is Low, and no harm where only an increase is', () => {
  const lower = { baseline: worse.canary, canary: worse.baseline };
  const low = judge(
    inputOf([metricConfig('rate', { direction: 'decrease' })], [pairOf('rate', lower)]),
  );
  assert.equal(low.metrics[0]!.classification, 'Low');
  const harmless = judge(inputOf([metricConfig('rate')], [pairOf('rate', lower)]));
  assert.equal(harmless.metrics[0]!.classification, 'Pass');
});

test('cles limits are checked on the observed effect', () => {
  const classify = (allowedIncrease: number) => {
    const effect = {
      measure: 'cles' as const,
      allowedIncrease,
      allowedDecrease: 0.5,
      criticalIncrease: allowedIncrease,
      criticalDecrease: 0.5,
    };
    const input = inputOf([metricConfig('latency', { effect })], [pairOf('latency', worse)]);
    return judge(input).metrics[0]!.classification;
  };
  assert.equal(classify(0.7), 'High');
  assert.equal(classify(1), 'Pass');
});

test('missing data follow the config: nodata, a failed metric, or a critical one', () => {
  const classify = (changes: Parameters<typeof metricConfig>[1]) => {
    const input = inputOf([metricConfig('latency', changes)], [pairOf('latency', silent)]);
    const { metrics, verdict } = judge(input);
    return [metrics[0]!.classification, metrics[0]!.critical, verdict];
  };
  assert.deepEqual(classify({}), ['Nodata', false, 'nodata']);
  assert.deepEqual(classify({ noData: 'fail' }), ['NodataFailMetric', false, 'fail']);
  assert.deepEqual(classify({ critical: true }), ['Nodata', true, 'nodata']);
  // the other side is known, so that gaps count as 0 under this judge as under every other
  assert.deepEqual(classify({ missingValues: 'zero' }), ['Pass', false, 'pass']);
});

test('metrics still without data do not fail a running canary', () => {
  const metrics = [metricConfig('a'), metricConfig('b')];
  const pairs = [pairOf('a', healthy), pairOf('b', silent)];
  assert.notEqual(judge(inputOf(metrics, pairs, running)).decision, 'fail-early');
});

test('an undecided metric is no pass, unless the config says what it is', () => {
  const short = { baseline: healthy.baseline.slice(0, 8), canary: healthy.canary.slice(0, 8) };
  const input = inputOf([metricConfig('latency')], [pairOf('latency', short)]);
  for (const [onUndecided, expected] of [
    ['hold', 'undecided'],
    ['pass', 'pass'],
    ['fail', 'fail'],
  ] as const) {
    const judged = judge(input, { onUndecided });
    assert.deepEqual([judged.verdict, judged.decision], [expected, 'end']);
    assert.deepEqual(judged.undecided, ['latency']);
    assert.equal(judged.metrics[0]!.classification, 'Undecided');
    assert.ok(judged.metrics[0]!.sequential.detectableChange! > 1);
    assert.match(judged.reason, /\+\d+ % would have been found|not decided: latency/);
  }
});

test('a pass says what was ruled out, or what would have been found', () => {
  const input = inputOf([metricConfig('latency')], [pairOf('latency', healthy)]);
  const { verdict, metrics } = judge(input, {});
  assert.equal(verdict, 'pass');
  assert.match(
    metrics[0]!.sentence,
    /a rise (above 10 % is ruled out|of \d+ % would have been found)/,
  );
  const near = inputOf([metricConfig('latency')], [pairOf('latency', arms(1.04))]);
  assert.equal(judge(near, { mustFind: 1.051, margin: 1.051 }).verdict, 'undecided');
});

test('what the samples speak for without being certain of it neither fails nor passes', () => {
  for (const direction of ['increase', 'either'] as const) {
    const source = createRandom(5);
    const baseline = latencies(source, LENGTH);
    const canary = latencies(source, LENGTH).map((value) => value * 1.13);
    const metrics = [metricConfig('latency', { direction }), metricConfig('errors')];
    const pairs = [pairOf('latency', { baseline, canary }), pairOf('errors', healthy)];
    const { verdict, reason, metrics: judged } = judge(inputOf(metrics, pairs), {});
    const { classification, sequential, sentence } = judged[0]!;
    assert.ok(sequential.p > 0.05 && sequential.p < 0.5, String(sequential.p));
    assert.ok(sequential.detectableChange! < 1, 'a doubling would have been found');
    assert.deepEqual([classification, sequential.suspected], ['Undecided', true]);
    const worse = direction === 'either' ? 'differ' : 'be worse';
    assert.match(
      sentence,
      new RegExp(`; it may ${worse}, which is not certain .* \\(p 0\\.\\d+\\)$`),
    );
    assert.equal(verdict, 'undecided');
    assert.match(reason, /no regression is certain, but 1 of 2 metrics may have one: latency is/);
    assert.equal(judged[1]!.sequential.suspected, undefined);
  }
});

test('a margin ruled out in the first half says nothing of what began in the second', () => {
  const source = createRandom(3);
  const baseline = latencies(source, 150);
  const canary = latencies(source, 150).map((value, i) => (i < 120 ? value : value * 1.2));
  const input = inputOf([metricConfig('latency')], [pairOf('latency', { baseline, canary })]);
  const { sequential, sentence } = judge(input, {}).metrics[0]!;
  assert.ok(sequential.bounds!.upper! < 1.1 && sequential.observed! > sequential.bounds!.upper!);
  assert.match(sentence, /changed during the run: at most 1\.05 at one time/);
  assert.doesNotMatch(sentence, /ruled out/);
});

/** A healthy canary that becomes worse after 80 of 120 minutes, which no restart meets in time. */
function relapse(factor = 1.6) {
  const source = createRandom(1);
  const baseline = latencies(source, 120);
  const canary = latencies(source, 120).map((value, i) => (i < 80 ? value : value * factor));
  return inputOf([metricConfig('latency')], [pairOf('latency', { baseline, canary })]);
}

test('a confirmation that later samples contradict is no longer one', () => {
  const { sequential } = judge(relapse()).metrics[0]!;
  assert.equal(sequential.confirmed, false);
  assert.ok(sequential.confirmedAt === null || sequential.confirmedAt < 80);
  const kept = judge(relapse(1), { preset: 'auto', onUndecided: 'fail' });
  assert.deepEqual([kept.verdict, kept.undecided], ['pass', []]);
});

test('it passes nobody early', () => {
  const decisionAfter = (minutes: number, factor?: number) =>
    judge(
      { ...relapse(factor), elapsedMs: (minutes + 1) * MINUTE, plannedMs: 1440 * MINUTE },
      { preset: 'auto', stopOnPass: true },
    ).decision;
  assert.equal(decisionAfter(80), 'pass-early');
  assert.notEqual(decisionAfter(90), 'pass-early');
  assert.equal(decisionAfter(90, 1), 'pass-early');
});

test('unsettled intervals are left out', () => {
  const input = inputOf([metricConfig('latency')], [pairOf('latency', healthy)], {
    plannedMs: 1440 * MINUTE,
    elapsedMs: 60 * MINUTE,
  });
  assert.equal(judge(input).samples, 59);
});

test('a muted metric is judged and has no influence', () => {
  const metrics = [
    metricConfig('latency', { muted: true, critical: true }),
    metricConfig('errors'),
  ];
  const pairs = [pairOf('latency', worse), pairOf('errors', healthy)];
  const { metrics: judged, decision, score } = judge(inputOf(metrics, pairs, running));
  assert.equal(judged[0]!.classification, 'High');
  assert.deepEqual([decision, score], ['continue', 100]);
});

test('sides that are equal at every sample pass, whatever else is known', () => {
  for (const value of [0, 7]) {
    const level = Array.from({ length: 40 }, () => value);
    const pair = pairOf('memory', { baseline: level, canary: level });
    const { metrics, verdict } = judge(inputOf([metricConfig('memory')], [pair]));
    assert.deepEqual([metrics[0]!.classification, verdict], ['Pass', 'pass']);
  }
});

test('a constant difference is one observation in ten samples, and fails with the fifth', () => {
  const level = (value: number, length: number) => Array.from({ length }, () => value);
  const judgeLevels = (length: number) => {
    const pair = pairOf('memory', { baseline: level(7, length), canary: level(8, length) });
    return judge(inputOf([metricConfig('memory')], [pair])).metrics[0]!;
  };
  assert.equal(judgeLevels(40).classification, 'Undecided');
  assert.equal(judgeLevels(60).sequential.decidedAt, 41);
});

test('the means that are shown of a count are its rates', () => {
  const level = (value: number) => Array.from({ length: 40 }, (_, i) => value + (i % 3));
  const metric = metricConfig('errors', { kind: 'count', missingValues: 'zero' });
  const pair = pairOf('errors', { baseline: level(300), canary: [NaN, ...level(30).slice(1)] });
  const exposures = {
    [pair.id]: { baseline: level(1000).map(() => 1000), canary: level(100).map(() => 100) },
  };
  const { metrics } = judge({ ...inputOf([metric], [pair]), exposures });
  const { baseline, canary, ratio } = metrics[0]!;
  assert.ok(Math.abs(baseline.mean - 0.301) < 0.001, String(baseline.mean));
  assert.ok(Math.abs(canary.mean - 0.302) < 0.01, String(canary.mean));
  assert.equal(canary.count, 40);
  assert.ok(Math.abs(ratio! - canary.mean / baseline.mean) < 0.02);
});

test('data for an unknown metric are refused by name', () => {
  assert.throws(
    () => judge(inputOf([], [pairOf('latency', healthy)])),
    (thrown) => thrown instanceof Fault && thrown.message.includes('"latency"'),
  );
});

test('inputs stay as they were and the order of pairs does not matter', () => {
  const metrics = [metricConfig('a'), metricConfig('b')];
  const pairs = [pairOf('a', worse), pairOf('b', healthy)];
  const before = structuredClone(pairs);
  const forwards = judge(inputOf(metrics, pairs));
  const backwards = judge(inputOf(metrics, pairs.toReversed()));
  assert.deepEqual(pairs, before);
  assert.deepEqual(forwards.metrics, backwards.metrics.toReversed());
  assert.equal(forwards.score, backwards.score);
});

const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 3, arbitrary: fc.constantFrom(0, -0, 1, 5, NaN) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, 1e308, -1e308, 5e-324, 1e-200) },
);
const anyArm = fc.oneof(
  fc.array(anyValue, { maxLength: 30 }),
  fc.tuple(anyValue, fc.nat(30)).map(([value, length]) => Array.from({ length }, () => value)),
);

test('any data have an answer without NaN', () => {
  const changes = fc.record({
    direction: fc.constantFrom('increase', 'decrease', 'either'),
    missingValues: fc.constantFrom('remove', 'zero'),
    critical: fc.boolean(),
    noData: fc.constantFrom('ignore' as const, 'fail' as const, 'inconclusive' as const),
    effect: fc.constantFrom(ratioEffect(1), ratioEffect(1.05, 1.5), {
      ...ratioEffect(0.5),
      measure: 'cles',
    }),
  } as const);
  const extras = fc.record({
    kind: fc.constantFrom('continuous', 'count', 'gauge'),
    test: fc.constantFrom('ar', 'rank'),
    stepMs: fc.constantFrom(MINUTE, MINUTE, 2 * MINUTE, 0),
    startAt: fc.constantFrom(0, 0, 3 * MINUTE, NaN),
    history: anyArm,
    robust: fc.boolean(),
  } as const);
  fc.assert(
    fc.property(anyArm, anyArm, changes, extras, (baseline, canary, changed, extra) => {
      const metric = metricConfig('any', { ...changed, kind: extra.kind });
      const pair = pairOf('any', { baseline, canary }, extra);
      const input = inputOf([metric], [pair], {
        history: { any: [{ baseline: extra.history, canary }] },
      });
      const judgement = judge(input, { test: extra.test, robust: extra.robust, restartEvery: 10 });
      const { sequential, classification } = judgement.metrics[0]!;
      assert.ok(classification !== 'Error');
      assertNoNaN(sequential);
      assertNoNaN([judgement.score, judgement.softScore, judgement.confidence]);
      assertNoNaN([judgement.probabilityOfRegression, judgement.checks]);
      assert.doesNotMatch(judgement.reason, /NaN|undefined/);
    }),
    { numRuns: 300 },
  );
});

test('a history near nothing beside values that are not has an answer without NaN', () => {
  const jumps = [5, 0, 0, 5, 0, 5, 5, 0, 5, 0, 0, 5];
  for (const tiny of [5e-324, 1e-200, 1e-162, 1e-155]) {
    const baseline = Array.from({ length: 12 }, () => tiny);
    const input = inputOf(
      [metricConfig('any')],
      [pairOf('any', { baseline: jumps, canary: jumps })],
      {
        history: { any: [{ baseline, canary: jumps }] },
      },
    );
    assertNoNaN(judge(input, { restartEvery: 10 }).metrics[0]!.sequential);
  }
});

function assertNoNaN(value: unknown): void {
  if (typeof value === 'number') assert.ok(!Number.isNaN(value));
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertNoNaN);
}

test('a run that goes on tells how long it still needs, in words and in seconds', () => {
  const short = { baseline: healthy.baseline.slice(0, 8), canary: healthy.canary.slice(0, 8) };
  const input = inputOf([metricConfig('latency')], [pairOf('latency', short)], running);
  const { waitSeconds, reason, metrics } = judge(input);
  assert.equal(waitSeconds, metrics[0]!.sequential.samplesToConfirm! * 60);
  assert.match(reason, new RegExp(`needs about ${Math.ceil(waitSeconds / 60)} minutes? more`));
  assert.equal(judge({ ...input, elapsedMs: running.plannedMs }).waitSeconds, undefined);
});
