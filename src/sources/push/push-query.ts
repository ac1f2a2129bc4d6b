import type { SourceQuery } from '../../model/config.ts';
import { textField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import {
  describeLabels,
  describeQuestion,
  selectorsOf,
  type Aggregate,
  type Question,
} from '../readings/question.ts';
import {
  readAggregate,
  readKind,
  readLabels,
  readQuantile,
  readQuestion,
} from '../readings/read-question.ts';
import type { SeriesRequest } from '../source.ts';

/** What becomes of the values of a step that were sent to the analysis. */
export type StepValue = (typeof STEP_VALUES)[number];

/** About metrics that came by OTLP. */
export interface OtlpQuery {
  kind: 'otlp';
  question: Question;
  /** The metrics that it reads. */
  names: string[];
  aggregate: Aggregate;
  /** Resource attribute whose value is the scope. */
  attribute: string;
  empty: 'gap' | 'zero';
}

/** About values that were sent to the analysis itself. */
export interface SamplesQuery {
  kind: 'samples';
  value: StepValue;
  /** NaN for another value than `quantile`. */
  quantile: number;
  labels: Record<string, string>;
  isByInstance: boolean;
}

const KINDS = ['rate', 'count', 'gauge', 'ratio', 'histogram', 'samples'] as const;
const STEP_VALUES = ['mean', 'last', 'sum', 'min', 'max', 'quantile', 'exposure'] as const;
const DEFAULT_ATTRIBUTE = 'service.version';

export function parsePushQuery(query: SourceQuery): OtlpQuery | SamplesQuery {
  if (readKind(query, KINDS) === 'samples') return parseSamples(query);
  const question = readQuestion(query);
  const histogram = textField(query, 'histogram');
  const names =
    histogram === undefined ? selectorsOf(question).map(({ name }) => name) : [histogram];
  return {
    kind: 'otlp',
    question,
    names: [...new Set(names)],
    aggregate: readAggregate(query),
    attribute: textField(query, 'scopeAttribute') ?? DEFAULT_ATTRIBUTE,
    empty: readSeriesOptions({ source: query.source, empty: query['empty'] }).empty,
  };
}

function parseSamples(query: SourceQuery): SamplesQuery {
  const value = STEP_VALUES.find((name) => name === query['samples']);
  if (value === undefined) throw wrongField(query, 'samples', STEP_VALUES.join(' or '));
  const aggregate = textField(query, 'aggregate');
  if (aggregate !== undefined && aggregate !== 'instance') {
    const text = '"instance", or left out: samples of all instances are taken together';
    throw wrongField(query, 'aggregate', text);
  }
  return {
    kind: 'samples',
    value,
    quantile: value === 'quantile' ? readQuantile(query) : NaN,
    labels: readLabels(query, query['labels']),
    isByInstance: aggregate === 'instance',
  };
}

/** A query in words, as it is shown beside its series. */
export function describePushQuery(
  query: OtlpQuery | SamplesQuery,
  { metric, side, scope }: Pick<SeriesRequest, 'metric' | 'side' | 'scope'>,
): string {
  if (query.kind === 'otlp') {
    const { question, aggregate, attribute } = query;
    return `${describeQuestion(question, aggregate)} where ${attribute} is "${scope.scope}"`;
  }
  const what = query.value === 'quantile' ? `quantile ${query.quantile}` : query.value;
  const by = query.isByInstance ? ' by instance' : '';
  return `${what} of the samples sent for "${metric}" of the ${side}${describeLabels(query.labels)}${by}`;
}
