import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createEvent, linksOf, type EventInput } from '../../src/model/event.ts';
import type { Verdict } from '../../src/model/judgement/judgement.ts';
import {
  END,
  SAMPLE_METRICS,
  sampleAnalysis,
  sampleExecution,
  sampleJudgement,
  unjudgedAnalysis,
} from '../support/analysis-sample.ts';

const MAX_BYTES = 20_000;

function event(changes: Partial<EventInput> = {}) {
  return createEvent({
    type: 'analysis.completed',
    analysis: sampleAnalysis(),
    execution: sampleExecution(),
    judgement: sampleJudgement(),
    sequence: 3,
    links: linksOf('https://canary.example', sampleAnalysis().id),
    at: END + 4000,
    ...changes,
  });
}

test('a completed analysis says verdict, decision, reason, worst metrics and links', () => {
  const { type, timestamp, data } = event();
  assert.equal(type, 'analysis.completed');
  assert.equal(timestamp, '2026-03-03T14:32:04.000Z');
  const { failingMetrics, decidingMetrics, reason, ...rest } = data;
  assert.match(String(reason), /^Fail: score 62 of 100/);
  assert.deepEqual(rest, {
    id: 'an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
    sequence: 3,
    config: 'checkout',
    configVersion: null,
    labels: { service: 'checkout', commit: '3f2a9c1' },
    sides: {
      baseline: { scope: 'checkout-v1.41', location: 'eu-west' },
      canary: { scope: 'checkout-v1.42', location: 'eu-west' },
    },
    state: 'completed',
    verdict: 'fail',
    score: 62,
    remedy: null,
    decision: 'rollback',
    interval: {
      index: 1,
      start: '2026-03-03T14:02:00.000Z',
      end: '2026-03-03T14:32:00.000Z',
      state: 'completed',
      verdict: 'fail',
      score: 62,
      reason: 'score 62 of 100, pass needs 95',
    },
    window: {
      kind: 'fixed',
      start: '2026-03-03T14:02:00.000Z',
      end: '2026-03-03T14:32:00.000Z',
      stepSeconds: 30,
    },
    failingMetricCount: 2,
    since: null,
    runbook: null,
    owner: null,
    findings: [],
    findingCount: 0,
    failure: null,
    links: {
      self: 'https://canary.example/api/v1/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
      report: 'https://canary.example/analyses/an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2',
    },
  });
  const [worst] = failingMetrics;
  assert.equal(worst!.name, 'cpu throttle');
  assert.equal(worst!.classification, 'High');
  assert.deepEqual([worst!.baseline, worst!.canary, worst!.unit], [1.2, 3.1, '%']);
  assert.deepEqual(
    decidingMetrics.map(({ name }) => name),
    ['cpu throttle', 'latency p99 /checkout', 'gc pause'],
  );
  assert.deepEqual(decidingMetrics[2]!.baseline, null, 'without data there is no value');
});

function decide(verdict?: Verdict) {
  const analysis =
    verdict === undefined ? unjudgedAnalysis('cancelled') : sampleAnalysis({ verdict });
  return event({ analysis }).data;
}

test('the decision follows the verdict, and without one it is hold', () => {
  assert.equal(decide('pass')['decision'], 'promote');
  assert.equal(decide('fail')['decision'], 'rollback');
  assert.equal(decide('marginal')['decision'], 'hold');
  assert.equal(decide('nodata')['decision'], 'hold');
  const cancelled = decide();
  assert.deepEqual(
    [cancelled['verdict'], cancelled['score'], cancelled['decision']],
    [null, null, 'hold'],
  );
});

test('an unbounded ratio is null, as JSON has no word for it', () => {
  const judgement = sampleJudgement([{ ...SAMPLE_METRICS[2]!, baseline: 0 }]);
  const { data } = event({ judgement });
  assert.deepEqual((data['failingMetrics'] as { ratio: unknown }[])[0]!.ratio, null);
});

test('a failed analysis carries its failure', () => {
  const failure = { code: 'source-unavailable' as const, message: 'source "prod" answered 503' };
  const analysis = unjudgedAnalysis('failed', { failure });
  assert.deepEqual(event({ analysis }).data['failure'], failure);
});

test('no event is larger than 20 kB, whatever the names, labels and texts', () => {
  const hostile = fc
    .tuple(
      fc.constantFrom('\u0000', '"', '\\', '漢', '😀', '\ud800', 'a'),
      fc.integer({ min: 0, max: 5000 }),
    )
    .map(([unit, times]) => unit.repeat(times));
  fc.assert(
    fc.property(hostile, hostile, fc.integer({ min: 0, max: 40 }), (name, text, count) => {
      const labels = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${index}${name}`, text]),
      );
      const metric = { ...SAMPLE_METRICS[2]!, name: `${name}${text}`, group: name };
      const base = sampleAnalysis({ reason: text });
      const body = JSON.stringify(
        event({
          analysis: {
            ...base,
            failure: { code: 'internal', message: text },
            snapshot: { ...base.snapshot, configName: name, labels },
          },
          execution: sampleExecution({ reason: text }),
          judgement: {
            ...sampleJudgement(Array.from({ length: count }, () => metric)),
            findings: Array.from({ length: count }, () => ({
              code: 'silent-side' as const,
              action: 'hold' as const,
              metric: name,
              numbers: {},
              sentence: text,
              remedy: text,
            })),
          },
        }),
      );
      assert.ok(Buffer.byteLength(body) <= MAX_BYTES, `${Buffer.byteLength(body)} bytes`);
    }),
    { examples: [['\u0000'.repeat(5000), '\u0000'.repeat(5000), 40]] },
  );
});
