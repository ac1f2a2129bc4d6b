import { Fault } from '../errors.ts';
import type { AnyJudges } from '../judges/registry.ts';
import type { AnalysisSnapshot } from '../model/analysis.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { FixedWindow, Interval } from '../model/time/window.ts';
import type { Sources } from '../sources/registry.ts';
import { invalidRequest } from './accept/invalid-request.ts';
import type { AnalysisRequest } from './accept/snapshot.ts';
import type { Prepare } from './accept/submit.ts';
import { intervalAt, intervalBefore } from './intervals.ts';
import type { Judging } from './judging/judging.ts';
import type { AnalysisLimits } from './limits.ts';
import { answersOf } from './run/examine.ts';
import { fetchMetrics } from './run/fetch.ts';

export interface TryDependencies {
  prepare: Prepare;
  sources: Sources;
  judges: AnyJudges;
  judging: Judging;
  limits: AnalysisLimits;
}

export interface Tried {
  snapshot: AnalysisSnapshot & { window: FixedWindow };
  judgement: Judgement;
}

/**
 * Checks, fetches, examines and judges a window in the past as an analysis does, and stores nothing. Faults: those of a
 * submission and of its look; `invalid-request` for what only an analysis can do.
 */
export type TryAnalysis = (request: AnalysisRequest, signal: AbortSignal) => Promise<Tried>;

export function createTry({
  prepare,
  sources,
  judges,
  judging,
  limits,
}: TryDependencies): TryAnalysis {
  return async (request, signal) => {
    refuseLasting(request);
    const snapshot = await prepare(request);
    const { window, config } = snapshot;
    if (window.kind !== 'fixed') throw realTime();
    const deadline = AbortSignal.timeout(limits.executionDeadlineMs);
    const stop = AbortSignal.any([signal, deadline]);
    const read = (interval: Interval) =>
      fetchMetrics(snapshot, interval, {
        sources,
        concurrency: limits.fetchConcurrency,
        signal: stop,
        onQuery: () => {},
        onProgress: () => {},
      });
    try {
      const interval = intervalAt(window, 1);
      const { metrics, answers } = await read(interval);
      const judge = judges.for(config);
      const before = judge.learns === true ? intervalBefore(window) : undefined;
      const parts = {
        snapshot: { ...snapshot, inlineSeries: {} }, // they are among the answers
        interval,
        executionId: 'trial',
        metrics,
        answers: answersOf(config.metrics, answers),
        metricsBefore: before === undefined ? [] : (await read(before)).metrics,
        healthy: [],
      };
      const judged = await judging.look(judge, parts, stop);
      if ('failure' in judged) throw new Fault(judged.failure.code, judged.failure.message);
      return { snapshot: { ...snapshot, window }, judgement: judged.judgement };
    } catch (thrown) {
      throw deadline.aborted ? late(limits, thrown) : thrown;
    }
  };
}

function refuseLasting({ callbacks = [], window, history = [] }: AnalysisRequest): void {
  const violations = [
    ...(callbacks.length > 0
      ? [{ pointer: '/callbacks', message: 'nobody is told of a trial; leave them out' }]
      : []),
    ...(history.length > 0
      ? [{ pointer: '/history', message: 'a trial learns from no analysis; leave it out' }]
      : []),
    ...(window?.duration === undefined
      ? []
      : [
          {
            pointer: '/window/duration',
            message: 'a trial reads the past: give `start` and `end` instead',
          },
        ]),
  ];
  if (violations.length > 0) throw invalidRequest(violations);
}

function realTime(): Fault {
  return invalidRequest([
    { pointer: '/window', message: 'a trial reads the past: give `start` and `end`' },
  ]);
}

function late({ executionDeadlineMs }: AnalysisLimits, cause: unknown): Fault {
  return new Fault(
    'deadline-exceeded',
    `the trial did not finish within ${executionDeadlineMs / 1000} s`,
    { cause },
  );
}
