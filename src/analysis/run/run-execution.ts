import { Fault, toFailure, toFault } from '../../errors.ts';
import type { Analysis, Execution, ExecutionProgress, FailedStep } from '../../model/analysis.ts';
import type { EncodedResult } from '../../model/encoded-result.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Claim, HealthyResult, Store } from '../../store/store.ts';
import type { Log, Meters } from '../../telemetry.ts';
import { isInline } from '../accept/check-history.ts';
import { inSpan, type OpenSpan } from '../../tracing.ts';
import type { Changes } from '../changes.ts';
import { conclusionText } from '../conclude.ts';
import type { Unjudged } from '../judging/judge-look.ts';
import type { Judging } from '../judging/judging.ts';
import type { AnsweredMetric } from './evaluate-metric.ts';
import { answersOf } from './examine.ts';
import { checkTimes } from './check-times.ts';
import { fetchMetrics } from './fetch.ts';
import type { AnalysisLimits } from '../limits.ts';
import type { FillOutbox } from '../outbox.ts';
import { intervalBefore } from '../intervals.ts';
import { createProgressWriter } from './progress/progress-writer.ts';
import { settle, type Look } from './settle.ts';
import { watchForCancel } from './watch-for-cancel.ts';

export interface RunExecutionDependencies {
  store: Store;
  queue: Queue;
  sources: Sources;
  judges: AnyJudges;
  judging: Judging;
  limits: AnalysisLimits;
  changes: Changes;
  fillOutbox: FillOutbox;
  log: Log;
  meters: Meters;
  now(): number;
}

/** A claim outlives its deadline by this much, so that only a dead worker ever loses one. */
const LEASE_MARGIN_MS = 30_000;
/** Earlier runs that a judge may learn from: the newest samples of them count. */
const HEALTHY_RUNS = 10;
/** Crashes that one execution may survive before it is taken for their cause. */
const MAX_ATTEMPTS = 50;

export type RunExecution = (
  id: string,
  signal: AbortSignal,
) => Promise<void | { againInMs: number }>;

/**
 * One judgement: claim -> fetch -> judge (in a thread) -> settle. Safe to run twice or late: only one claim
 * wins, and only the newest claim settles. An abort (graceful stop) hands the claim back.
 */
export function createRunExecution(dependencies: RunExecutionDependencies): RunExecution {
  const { store, limits, meters, now } = dependencies;
  return async (id, signal) => {
    const claim = await store.executions.claim(
      id,
      now(),
      limits.executionDeadlineMs + LEASE_MARGIN_MS,
    );
    if (claim === undefined) return askAgain(id, dependencies);
    const stopTimer = meters.executionSeconds.startTimer();
    const { analysis, execution } = claim;
    const attributes = {
      'canary.analysis.id': analysis.id,
      'canary.config': analysis.snapshot.configName,
      'canary.look': execution.index,
      'canary.attempt': execution.attempt,
    };
    const parent = analysis.snapshot.trace ?? {};
    await inSpan('look', { kind: 'consumer', attributes, parent }, (span) =>
      runClaim(claim, signal, span, dependencies),
    );
    stopTimer();
    return undefined;
  };
}

async function runClaim(
  claim: Claim,
  signal: AbortSignal,
  span: OpenSpan,
  dependencies: RunExecutionDependencies,
): Promise<void> {
  const { store } = dependencies;
  for (let current: Claim | undefined = claim; current !== undefined;) {
    const end = await watchedLook(current, signal, dependencies);
    if ('failure' in end) span.fail(end.failure.code);
    else span.set({ 'canary.verdict': end.judgement.verdict });
    if (signal.aborted && 'failure' in end) {
      await store.executions.release(claim.execution.id, claim.execution.attempt);
      return;
    }
    const isSettled = await settle(current, end, dependencies);
    current = isSettled ? undefined : await concludedMeanwhile(current, store);
  }
}

/** One look, whose progress others see, and which ends when it is cancelled. */
async function watchedLook(
  claim: Claim,
  signal: AbortSignal,
  dependencies: RunExecutionDependencies,
): Promise<Look> {
  const { store, limits, log } = dependencies;
  const { id, attempt } = claim.execution;
  const deadline = AbortSignal.timeout(limits.executionDeadlineMs);
  const progress = createProgressWriter(
    (newest) => store.executions.report(id, attempt, newest),
    (error) => log.debug({ err: error, execution: id }, 'progress could not be stored'),
  );
  const cancel = watchForCancel(claim, dependencies);
  const end = await look(claim, {
    ...dependencies,
    signal: AbortSignal.any([signal, deadline, cancel.signal]),
    deadline,
    tell: progress.tell,
  });
  cancel.stop();
  await progress.stop();
  return end;
}

/** The claim of a look that was judged as one of several, and is the last one by now: it is judged again as such. */
async function concludedMeanwhile(claim: Claim, store: Store): Promise<Claim | undefined> {
  if (claim.analysis.concluded !== undefined) return undefined;
  const present = await store.executions.get(claim.execution.id);
  const concluded = present?.analysis.concluded;
  const isOurs = present?.execution.attempt === claim.execution.attempt;
  if (concluded === undefined || !isOurs || present?.execution.state !== 'running')
    return undefined;
  return { ...claim, analysis: { ...claim.analysis, concluded } };
}

/** Nothing to claim: ended, not yet due, or held by another worker. */
async function askAgain(
  id: string,
  { store, now }: RunExecutionDependencies,
): Promise<void | { againInMs: number }> {
  const claimableAt = await store.executions.claimableAt(id);
  if (claimableAt === undefined) return undefined;
  return { againInMs: Math.max(100, claimableAt - now()) };
}

interface LookContext extends RunExecutionDependencies {
  signal: AbortSignal;
  deadline: AbortSignal;
  /** Lets others see how far the look has come. */
  tell(progress: ExecutionProgress): void;
}

/** What a look leaves behind should it fail: how far it has come, and the step that failed. */
interface Trail {
  progress?: ExecutionProgress;
  step?: FailedStep;
}

async function look({ analysis, execution }: Claim, context: LookContext): Promise<Look> {
  const trail: Trail = {};
  try {
    if (execution.attempt > MAX_ATTEMPTS) throw attemptsExhausted(execution);
    const result = await judgeInterval({ analysis, execution }, context, trail);
    if ('failure' in result) return { ...result, ...progressOf(trail) };
    return { judgement: result.judgement, result };
  } catch (error) {
    const fault = toFault(error);
    if (fault.code === 'internal' && !context.signal.aborted)
      context.log.error(
        { err: error, execution: execution.id },
        'an execution failed unexpectedly',
      );
    const failure = toFailure(
      context.deadline.aborted ? deadlineExceeded(fault, context.limits) : fault,
    );
    const { step } = trail;
    return {
      failure: { ...failure, ...(step === undefined ? {} : { step }) },
      ...progressOf(trail),
    };
  }
}

function progressOf({ progress }: Trail): Pick<Trail, 'progress'> {
  return progress === undefined ? {} : { progress };
}

async function judgeInterval(
  { analysis, execution }: Claim,
  context: LookContext,
  trail: Trail,
): Promise<EncodedResult | Unjudged> {
  const tell = (progress: ExecutionProgress) => {
    trail.progress = progress;
    context.tell(progress);
  };
  const { snapshot } = analysis;
  const { index, startAt, endAt, dueAt } = execution;
  const interval = { index, startAt, endAt, dueAt };
  checkTimes(execution);
  const { metrics, answers, warnings } = await fetchMetrics(snapshot, interval, {
    sources: context.sources,
    analysisId: analysis.id,
    concurrency: context.limits.fetchConcurrency,
    signal: context.signal,
    onQuery: ({ source, metric, side }, outcome, seconds) => {
      context.meters.querySeconds.observe({ source: source.kind, outcome }, seconds);
      if (outcome === 'failed') {
        const position = snapshot.config.metrics.indexOf(metric);
        trail.step ??= { name: 'fetch', metric: position, side };
      }
    },
    onProgress: tell,
  });
  trail.step = { name: 'judge' };
  tell(trail.step);
  const judge = context.judges.for(snapshot.config);
  const learns = judge.learns === true;
  const metricsBefore = learns ? await fetchBefore(analysis, context) : [];
  const healthy = learns ? await healthyRuns(analysis, context.store) : [];
  const parts = {
    snapshot: { ...snapshot, inlineSeries: {} }, // they are among the answers
    interval,
    executionId: execution.id,
    metrics,
    answers: answersOf(snapshot.config.metrics, answers),
    metricsBefore,
    healthy,
    isConcluded: analysis.concluded !== undefined,
  };
  const judged = await inSpan('judge', { attributes: { 'canary.judge': judge.name } }, () =>
    context.judging.look(judge, parts, context.signal),
  );
  if ('failure' in judged) return judged;
  const reason = judged.judgement.reason + conclusionText(analysis, interval);
  return { ...judged, judgement: { ...judged.judgement, reason }, sourceWarnings: warnings };
}

/** What the same instances reported before the rollout; series that come with a request have no such time. */
async function fetchBefore(
  { id, snapshot }: Analysis,
  context: LookContext,
): Promise<AnsweredMetric[]> {
  const interval = intervalBefore(snapshot.window);
  if (interval === undefined) return [];
  const { metrics } = await fetchMetrics(snapshot, interval, {
    sources: context.sources,
    analysisId: id,
    concurrency: context.limits.fetchConcurrency,
    signal: context.signal,
    onQuery: ({ source }, outcome, seconds) =>
      context.meters.querySeconds.observe({ source: source.kind, outcome }, seconds),
    onProgress: () => {},
  });
  return metrics.filter(({ metric }) => !isInline(metric));
}

/** Those that the request names, or earlier analyses of the same config that passed. */
function healthyRuns({ id, snapshot }: Analysis, store: Store): Promise<HealthyResult[]> {
  if (snapshot.history !== undefined) return store.analyses.completed(snapshot.history);
  return store.analyses.healthy({ config: snapshot.configName, before: id, limit: HEALTHY_RUNS });
}

function attemptsExhausted({ id, attempt }: Execution): Fault {
  return new Fault(
    'attempts-exhausted',
    `execution ${id} was given up after ${attempt - 1} attempts that ended without a result: see the log for crashes`,
    { subject: `execution ${id}` },
  );
}

function deadlineExceeded(fault: Fault, { executionDeadlineMs }: AnalysisLimits): Fault {
  return new Fault(
    'deadline-exceeded',
    `the judgement did not finish within ${executionDeadlineMs / 1000} s; last: ${fault.message}`,
    { cause: fault },
  );
}
