import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitForSources } from '../../../src/analysis/accept/settle.ts';
import { intervalAt } from '../../../src/analysis/intervals.ts';
import type { AnalysisSnapshot } from '../../../src/model/analysis.ts';
import type { Window } from '../../../src/model/time/window.ts';
import type { Sources } from '../../../src/sources/registry.ts';

const END = Date.parse('2026-01-15T10:00:00Z');
const PAST: Window = { kind: 'fixed', startAt: END - 600_000, endAt: END, stepSeconds: 60 };
const LIVE: Window = {
  kind: 'realtime',
  startAt: END,
  durationMs: 600_000,
  intervalMs: 600_000,
  warmupMs: 0,
  lookbackMs: 0,
  settleMs: 0,
  stepSeconds: 60,
  stopOnFail: true,
};

/** Kinds of the two metrics; each kind waits as long as here. */
const SETTLE: Record<string, number> = { datadog: 120_000, sql: 10_000 };

function wait(window: Window, kinds: string[], at: number): Window {
  const side = { scope: 'a', location: '', parameters: {}, offsetMs: 0 };
  const metrics = kinds.map((source) => ({
    name: source,
    scopeName: 'default',
    query: { source },
  }));
  const snapshot = {
    window,
    config: { metrics, templates: {} },
    scopes: { default: { baseline: side, canary: side } },
    inlineSeries: {},
  } as unknown as AnalysisSnapshot;
  const sources = {
    has: () => true,
    get: (kind: string) => ({ kind, settleMs: SETTLE[kind] }),
  } as unknown as Sources;
  return waitForSources(snapshot, sources, at).window;
}

test('a window waits, after its end, for the slowest of its sources', () => {
  for (const window of [PAST, LIVE]) {
    const waiting = wait(window, ['sql', 'datadog', 'prometheus'], END + 1000);
    const endAt = window.kind === 'fixed' ? END : END + 600_000;
    assert.equal(intervalAt(waiting, 1).dueAt, endAt + 120_000);
  }
});

test('a window that is long over, and one whose sources are never late, wait for nothing', () => {
  assert.equal(intervalAt(wait(PAST, ['datadog'], END + 120_000), 1).dueAt, 0);
  assert.equal(wait(PAST, ['prometheus'], END), PAST);
  assert.equal(wait(LIVE, ['prometheus'], END), LIVE);
});
