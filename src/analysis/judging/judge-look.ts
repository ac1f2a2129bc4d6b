import { Fault, toFailure } from '../../errors.ts';
import { examine } from '../../findings/examine.ts';
import type { Examination } from '../../findings/exhibit.ts';
import { withFindings } from '../../findings/with-findings.ts';
import type { Judge, JudgeInput } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import type { ExecutionFailure, FailedStep } from '../../model/analysis.ts';
import { encodePairs, type EncodedResult } from '../../model/encoded-result.ts';
import type { Finding } from '../../model/judgement/finding.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { HealthyResult } from '../../store/store.ts';
import { intervalCount } from '../intervals.ts';
import { evaluateMetric, type AnsweredMetric } from '../run/evaluate-metric.ts';
import { examinationOf, type Answers } from '../run/examine.ts';
import { buildJudgeInput, readHealthy, type JudgeInputParts } from '../run/judge-input.ts';
import { pairSeries } from '../run/pair.ts';

/** What one look judges, as its sources gave it. */
export interface LookParts extends Omit<JudgeInputParts, 'paired' | 'before' | 'healthy'> {
  metrics: AnsweredMetric[];
  answers: Answers;
  /** The same metrics before the rollout, where the window reads them. */
  metricsBefore: AnsweredMetric[];
  /** Newest first. */
  healthy: HealthyResult[];
}

/** One look before its judge has spoken. */
export interface PreparedLook {
  input: JudgeInput;
  examination: Examination;
  found: Finding[];
  isLast: boolean;
  learnedFrom: string[];
}

export type JudgedLook = Omit<EncodedResult, 'sourceWarnings'>;

/** What came of a look that could not be judged: its step is another than that of a judge who fails. */
export interface Unjudged {
  failure: ExecutionFailure;
}

/** One look: evaluate -> pair -> examine -> judge -> what the findings make of it. */
export function judgeLook(parts: LookParts): JudgedLook | Unjudged {
  const judge = createJudges().for(parts.snapshot.config);
  const prepared = prepareLook(parts, judge);
  if ('failure' in prepared) return prepared;
  return concludeLook({ prepared, judged: judge.judge(prepared.input) });
}

/** `judge` where it is one of this service, which may say what it reads of a metric. */
export function prepareLook(parts: LookParts, judge?: Judge): PreparedLook | Unjudged {
  const { snapshot, interval, metrics, metricsBefore, answers, healthy } = parts;
  const { isConcluded = false } = parts;
  const step: { now?: FailedStep } = {};
  try {
    const evaluated = metrics.map(evaluateMetric);
    const evaluatedBefore = metricsBefore.map(evaluateMetric);
    step.now = { name: 'pair' };
    const paired = evaluated.flatMap(pairSeries);
    const before = evaluatedBefore.flatMap(pairSeries);
    const input = buildJudgeInput({
      snapshot,
      interval,
      executionId: parts.executionId,
      paired,
      before,
      healthy: healthy.map(readHealthy),
      isConcluded,
    });
    const examination = examinationOf(input, answers, judge?.reads);
    return {
      input,
      examination,
      found: examine(examination),
      isLast: isConcluded || interval.index >= intervalCount(snapshot.window),
      learnedFrom: healthy.map(({ analysisId }) => analysisId),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      failure: { ...toFailure(error), ...(step.now === undefined ? {} : { step: step.now }) },
    };
  }
}

export function concludeLook({
  prepared: { input, examination, learnedFrom, ...seen },
  judged,
}: {
  prepared: PreparedLook;
  judged: Judgement;
}): JudgedLook {
  const judgement = withFindings(judged, examination, seen);
  return {
    judgement: { ...judgement, ...(learnedFrom.length === 0 ? {} : { learnedFrom }) },
    series: encodePairs({
      pairs: input.pairs,
      ...pick(input, ['exposures', 'before', 'instances']),
    }),
  };
}

/** The members that are there. */
function pick<T extends object, Key extends keyof T>(from: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(
    keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]),
  ) as Pick<T, Key>;
}
