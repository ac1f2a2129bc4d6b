/** Which series of an instance: those with this name that carry all of these labels. */
export interface Selector {
  name: string;
  labels: Record<string, string>;
}

/** What is asked of the readings of an instance. `count` is the growth in each step, `rate` that per second. */
export type Question =
  | { kind: 'rate'; counter: Selector }
  | { kind: 'count'; counter: Selector }
  | { kind: 'gauge'; gauge: Selector }
  | { kind: 'ratio'; numerator: Selector; denominator: Selector }
  | { kind: 'quantile'; quantile: number; buckets: Selector };

/** Over the instances: all added up, their average, or one series each. */
export type Aggregate = 'sum' | 'mean' | 'instance';

export const AGGREGATES: readonly Aggregate[] = ['sum', 'mean', 'instance'];

/** All selectors of a question, for what must be kept of a reading. */
export function selectorsOf(question: Question): Selector[] {
  if (question.kind === 'rate' || question.kind === 'count') return [question.counter];
  if (question.kind === 'gauge') return [question.gauge];
  if (question.kind === 'quantile') return [question.buckets];
  return [question.numerator, question.denominator];
}

/** A question in words, as it is shown beside its series. */
export function describeQuestion(question: Question, aggregate: Aggregate): string {
  const selectors = selectorsOf(question).map(describeSelector);
  const what = question.kind === 'quantile' ? `quantile ${question.quantile}` : question.kind;
  return `${aggregate} of ${what} of ${selectors.join(' / ')}`;
}

function describeSelector({ name, labels }: Selector): string {
  return name + describeLabels(labels);
}

/** Nothing for none. */
export function describeLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
