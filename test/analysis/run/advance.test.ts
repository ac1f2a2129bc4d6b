import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance } from '../../../src/analysis/run/advance.ts';
import { intervalAt } from '../../../src/analysis/intervals.ts';
import type { Analysis, Execution } from '../../../src/model/analysis.ts';
import type { Judgement, Verdict } from '../../../src/model/judgement/judgement.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import type { RealTimeWindow } from '../../../src/model/time/window.ts';

const window: RealTimeWindow = {
  kind: 'realtime',
  startAt: 0,
  durationMs: 180_000,
  intervalMs: 60_000,
  warmupMs: 0,
  lookbackMs: 0,
  settleMs: 0,
  stepSeconds: 10,
  stopOnFail: true,
};
const config = parseConfig({ name: 'c', metrics: [{ name: 'm', query: { source: 'inline' } }] });

function analysisWith(stopOnFail = true): Analysis {
  const snapshot = {
    configName: 'c',
    config,
    thresholds: config.thresholds,
    scopes: {},
    window: { ...window, stopOnFail },
    callbacks: [],
    labels: {},
    inlineSeries: {},
  };
  return { id: 'A', state: 'running', createdAt: 0, snapshot, sequence: 1 };
}

function lookAt(index: number): Execution {
  return {
    id: `E${index}`,
    analysisId: 'A',
    state: 'running',
    attempt: 1,
    ...intervalAt(window, index),
  };
}

function judged(verdict: Verdict): { judgement: Judgement } {
  return {
    judgement: {
      judge: 'j',
      verdict,
      score: 50,
      scoreClassification: 'Fail',
      scoreReason: '',
      thresholds: config.thresholds,
      reason: 'because',
      groups: [],
      metrics: [],
      warnings: [],
    },
  };
}

const failure = { code: 'source-unavailable' as const, message: 'source "p" is down' };
const eventsOf = (happenings: { type: string }[]) => happenings.map(({ type }) => type);

test('a look in the middle is followed by the next one', () => {
  for (const end of [judged('pass'), judged('marginal'), judged('nodata'), { failure }]) {
    const { next, analysis, happenings } = advance(analysisWith(), lookAt(1), end, 5);
    assert.ok('execution' in next);
    assert.deepEqual([next.execution.index, next.execution.dueAt], [2, 120_000]);
    assert.equal(analysis.state, 'running');
    assert.deepEqual(eventsOf(happenings), ['analysis.interval_completed']);
  }
});

test('a failing look ends the analysis early', () => {
  const { next, analysis, happenings } = advance(analysisWith(), lookAt(1), judged('fail'), 5);
  assert.deepEqual(next, {
    analysis: { state: 'completed', verdict: 'fail', score: 50, reason: 'because' },
  });
  assert.equal(analysis.endedAt, 5);
  assert.deepEqual(eventsOf(happenings), ['analysis.interval_completed', 'analysis.completed']);
});

test('unless it may go on', () => {
  const { next } = advance(analysisWith(false), lookAt(1), judged('fail'), 5);
  assert.ok('execution' in next);
});

test('the last look decides, missing data included', () => {
  for (const verdict of ['pass', 'marginal', 'fail', 'nodata'] as const) {
    const { next } = advance(analysisWith(), lookAt(3), judged(verdict), 5);
    assert.ok('analysis' in next && next.analysis.state === 'completed');
    assert.equal(next.analysis.verdict, verdict);
  }
});

test('when the last look could not be judged the analysis fails, and never passes', () => {
  const { next, analysis } = advance(analysisWith(), lookAt(3), { failure }, 5);
  assert.ok('analysis' in next && next.analysis.state === 'failed');
  assert.deepEqual(next.analysis.failure, failure);
  assert.equal(analysis.verdict, undefined);
});

test('a window may end at a score, or at a look that could not be judged', () => {
  const withPolicy = (policy: Partial<RealTimeWindow>): Analysis => {
    const analysis = analysisWith(false);
    return {
      ...analysis,
      snapshot: { ...analysis.snapshot, window: { ...window, stopOnFail: false, ...policy } },
    };
  };
  const atScore = advance(withPolicy({ stopAtScore: 50 }), lookAt(1), judged('marginal'), 5);
  assert.ok('analysis' in atScore.next);
  const above = advance(withPolicy({ stopAtScore: 49.9 }), lookAt(1), judged('marginal'), 5);
  assert.ok('execution' in above.next);
  const broken = advance(withPolicy({ stopOnFailure: true }), lookAt(1), { failure }, 5);
  assert.ok('analysis' in broken.next && broken.next.analysis.state === 'failed');
});
