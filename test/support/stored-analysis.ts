import { ulid } from 'ulid';
import type { AnalysisSnapshot, ExecutionResult } from '../../src/model/analysis.ts';
import { decodePairs, encodeResult } from '../../src/model/encoded-result.ts';
import type { NewDelivery } from '../../src/store/deliveries/delivery-port.ts';
import type { Claim, NewAnalysis, NewExecution } from '../../src/store/store.ts';
import type { Settlement, Store } from '../../src/store/store.ts';

/** A moment that all rows of these builders start from. */
export const T0 = 1_750_000_000_000;

export function snapshotOf(changes: Partial<AnalysisSnapshot> = {}): AnalysisSnapshot {
  return {
    configName: 'checkout',
    config: {
      name: 'checkout',
      judge: 'NetflixACAJudge-v1.0',
      judgeOptions: {},
      metrics: [],
      groupWeights: {},
      thresholds: { pass: 75, marginal: 50 },
      templates: {},
    },
    thresholds: { pass: 75, marginal: 50 },
    scopes: {},
    window: { kind: 'fixed', startAt: T0 - 60_000, endAt: T0, stepSeconds: 10 },
    callbacks: [],
    labels: {},
    inlineSeries: {},
    ...changes,
  };
}

export function newAnalysis(
  changes: Partial<AnalysisSnapshot> = {},
  idempotency?: { key: string; requestHash: string },
): NewAnalysis {
  const analysis = { id: ulid(), createdAt: T0, snapshot: snapshotOf(changes), sequence: 0 };
  return idempotency === undefined ? analysis : { ...analysis, idempotency };
}

export function newExecution(analysisId: string, index = 1, dueAt = T0): NewExecution {
  return { id: ulid(), analysisId, index, startAt: T0 - 60_000, endAt: T0, dueAt };
}

export function newDelivery(analysisId: string, sequence = 1): NewDelivery {
  return {
    id: `msg_${ulid()}`,
    analysisId,
    event: 'analysis.completed',
    sequence,
    url: 'https://receiver.example/hook',
    format: 'standard',
    secret: 'deployer',
    body: '{"verdict":"pass"}',
    createdAt: T0,
    nextAttemptAt: T0,
  };
}

/** A result with numbers that JSON cannot hold. */
export const RESULT: ExecutionResult = {
  judgement: {
    judge: 'NetflixACAJudge-v1.0',
    verdict: 'pass',
    score: Number.NaN,
    scoreClassification: 'Pass',
    scoreReason: '',
    thresholds: { pass: 75, marginal: 50 },
    reason: 'all metrics pass',
    groups: [],
    metrics: [],
    warnings: [],
  },
  pairs: [
    {
      id: 'pair-1',
      metric: 'errors',
      tags: {},
      baseline: { startAt: T0, stepMs: 1000, values: [1, Number.NaN, -0.5], attributes: {} },
      canary: { startAt: T0, stepMs: 1000, values: [Infinity, -Infinity, 0], attributes: {} },
    },
  ],
  sourceWarnings: [],
};

/** The whole result of a judged look, as it was before it was stored. */
export async function resultOf(
  { analyses }: Store,
  executionId: string,
): Promise<ExecutionResult | undefined> {
  const verdict = await analyses.verdict(executionId);
  const series = await analyses.series(executionId);
  return verdict && { ...verdict, ...decodePairs(series) };
}

/** A verdict for a claim, after which the analysis has ended. */
export function settlementOf(claim: Claim, changes: Partial<Settlement> = {}): Settlement {
  const verdict = { state: 'completed', verdict: 'pass', score: 100, reason: 'fine' } as const;
  return {
    executionId: claim.execution.id,
    attempt: claim.execution.attempt,
    supersedes: false,
    endedAt: T0 + 1000,
    end: { ...verdict, result: encodeResult(RESULT) },
    next: { analysis: verdict },
    sequence: 1,
    deliveries: [],
    ...changes,
  };
}

/** Stores an analysis with its first execution, and answers both ids. */
export async function stored(
  store: Store,
  changes: Partial<AnalysisSnapshot> = {},
): Promise<{ id: string; executionId: string }> {
  const analysis = newAnalysis(changes);
  const first = newExecution(analysis.id);
  await store.analyses.create(analysis, first, []);
  return { id: analysis.id, executionId: first.id };
}

/** Stores an analysis and claims its first execution. */
export async function claimed(
  store: Store,
  changes: Partial<AnalysisSnapshot> = {},
): Promise<Claim> {
  const { executionId } = await stored(store, changes);
  const claim = await store.executions.claim(executionId, T0, 1000);
  if (claim === undefined) throw new Error('a due execution was not claimable');
  return claim;
}
