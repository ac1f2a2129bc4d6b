import type { JudgeInput } from '../../judges/judge.ts';
import type { Answer, Examination } from '../../findings/exhibit.ts';
import type { MetricConfig } from '../../model/config.ts';
import type { Side } from '../../model/scope.ts';
import type { PlannedRequest } from './series-requests.ts';
import type { FetchedSeries } from '../../sources/source.ts';

/** One query with what its source answered. */
export interface AnsweredRequest {
  planned: PlannedRequest;
  fetched: FetchedSeries;
}

/** By name of the metric: what its sources were asked for each side, and what they said. */
export type Answers = NonNullable<Examination['answers']>;

export function answersOf(
  metrics: readonly MetricConfig[],
  answers: readonly AnsweredRequest[],
): Answers {
  return new Map(
    metrics.map(({ name }) => {
      const own = answers.filter(({ planned }) => planned.metric.name === name);
      return [name, { baseline: sideOf(own, 'baseline'), canary: sideOf(own, 'canary') }] as const;
    }),
  );
}

/** Everything that findings are looked for in: what will be judged, and how it came. */
export function examinationOf(
  { config, pairs, exposures }: JudgeInput,
  answers: Answers,
  reads: Examination['reads'],
): Examination {
  return {
    config,
    pairs,
    answers,
    ...(exposures === undefined ? {} : { exposures }),
    ...(reads === undefined ? {} : { reads }),
  };
}

function sideOf(answers: readonly AnsweredRequest[], side: Side): Answer {
  const own = answers.filter(({ planned }) => planned.side === side);
  const values = own.filter(({ planned }) => planned.purpose === 'value');
  const question = questionOf(values.map(({ planned }) => planned));
  return {
    ...(question === undefined ? {} : { question }),
    series: values.flatMap(({ fetched }) => fetched.series.map(({ tags }) => tags)),
    remarks: own.flatMap(({ fetched }) => fetched.remarks),
    stepMs: (values[0]?.planned.request.scope.stepSeconds ?? 0) * 1000,
  };
}

/** Text by which two sides are found to ask the same; undefined where series came with the request. */
export function questionOf(planned: readonly PlannedRequest[]): string | undefined {
  if (planned.length === 0 || planned.some(({ source }) => source.kind === 'inline')) {
    return undefined;
  }
  return JSON.stringify(
    planned.map(({ source, queryName, request }) => {
      const { startAt, endAt, stepSeconds } = request.scope;
      const asked = source.describe(request);
      return [source.kind, source.account, queryName, asked, startAt, endAt, stepSeconds];
    }),
  );
}
