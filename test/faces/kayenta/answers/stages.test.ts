import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, QueryState } from '../../../../src/model/analysis.ts';
import type { CanaryRun } from '../../../../src/faces/kayenta/answers/canary-run.ts';
import { stageStatusOf, statesOf } from '../../../../src/faces/kayenta/answers/stages.ts';

function stages(changes: Partial<Execution>): string {
  const execution = {
    id: 'E',
    analysisId: 'A',
    index: 1,
    startAt: 0,
    endAt: 0,
    dueAt: 0,
    attempt: 1,
    state: 'running',
    ...changes,
  } satisfies Execution;
  const run = { execution, config: { metrics: [{}, {}] } } as unknown as CanaryRun;
  return Object.values(stageStatusOf(run)).join(' ');
}

const failure = (step?: NonNullable<Execution['failure']>['step']) => ({
  state: 'failed' as const,
  startedAt: 1,
  failure: { code: 'source-unavailable' as const, message: 'm', ...(step && { step }) },
});

test('setupContext, both chains, mixMetrics, judge: how far each end has come', () => {
  const order = 'setupContext fetchControl0 fetchControl1 fetchExperiment0 fetchExperiment1';
  assert.equal(order.split(' ').length + 2, 7);
  assert.equal(
    stages({ state: 'queued' }),
    'not_started not_started not_started not_started not_started not_started not_started',
  );
  assert.equal(
    stages({ startedAt: 1 }),
    'succeeded running not_started running not_started not_started not_started',
  );
  assert.equal(
    stages({ state: 'completed', startedAt: 1 }),
    'succeeded succeeded succeeded succeeded succeeded succeeded succeeded',
  );
  assert.equal(
    stages({ state: 'cancelled', startedAt: 1 }),
    'succeeded canceled not_started canceled not_started not_started not_started',
  );
  assert.equal(
    stages(failure({ name: 'fetch', metric: 1, side: 'canary' })),
    'succeeded succeeded canceled succeeded terminal not_started not_started',
  );
  assert.equal(
    stages(failure({ name: 'pair' })),
    'succeeded succeeded succeeded succeeded succeeded terminal not_started',
  );
  assert.equal(
    stages(failure({ name: 'judge' })),
    'succeeded succeeded succeeded succeeded succeeded succeeded terminal',
  );
  assert.equal(
    stages({ state: 'cancelled' }),
    'canceled not_started not_started not_started not_started not_started not_started',
  );
  assert.equal(
    stages({ state: 'queued', attempt: 1, startedAt: 1 }),
    'not_started not_started not_started not_started not_started not_started not_started',
    'given back',
  );
  assert.equal(
    stages(failure()),
    'terminal not_started not_started not_started not_started not_started not_started',
  );
});

const fetching = (baseline: QueryState[], canary: QueryState[]) => ({
  startedAt: 1,
  progress: { name: 'fetch' as const, baseline, canary },
});

test('while it runs: each query as it is, then mixMetrics, then judge', () => {
  assert.equal(
    stages(fetching(['answered', 'running'], ['running', 'waiting'])),
    'succeeded succeeded running running not_started not_started not_started',
  );
  assert.equal(
    stages(fetching(['answered', 'answered'], ['answered', 'answered'])),
    'succeeded succeeded succeeded succeeded succeeded not_started not_started',
  );
  assert.equal(
    stages({ startedAt: 1, progress: { name: 'pair' } }),
    'succeeded succeeded succeeded succeeded succeeded running not_started',
  );
  assert.equal(
    stages({ startedAt: 1, progress: { name: 'judge' } }),
    'succeeded succeeded succeeded succeeded succeeded succeeded running',
  );
});

test('when it has ended: what broke, what was broken off, and what had not begun', () => {
  const progress = fetching(['answered', 'running'], ['running', 'waiting']);
  assert.equal(
    stages({ ...progress, ...failure({ name: 'fetch', metric: 0, side: 'canary' }) }),
    'succeeded succeeded canceled terminal not_started not_started not_started',
  );
  assert.equal(
    stages({ ...progress, state: 'cancelled' }),
    'succeeded succeeded canceled canceled not_started not_started not_started',
  );
  assert.equal(
    stages({ startedAt: 1, state: 'cancelled', progress: { name: 'judge' } }),
    'succeeded succeeded succeeded succeeded succeeded succeeded canceled',
  );
});

test('every word of an execution status is known, and no other', () => {
  const idle = 'paused suspended failed_continue redirect stopped skipped buffered';
  for (const word of idle.split(' ')) assert.deepEqual(statesOf(word), []);
  assert.deepEqual(statesOf('succeeded'), ['completed']);
  for (const word of ['ghost', '__proto__', 'constructor']) assert.equal(statesOf(word), undefined);
});
