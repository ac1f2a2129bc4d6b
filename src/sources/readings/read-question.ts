import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { textField, wrongField } from '../queries/query-fields.ts';
import { AGGREGATES, type Aggregate, type Question, type Selector } from './question.ts';

/** Which of these fields a query has; it must be exactly one. Faults are `invalid-query`, here and below. */
export function readKind<Kind extends string>(query: SourceQuery, kinds: readonly Kind[]): Kind {
  const given = kinds.filter((kind) => query[kind] !== undefined);
  if (given.length === 1) return given[0]!;
  const text = `a ${query.source} query needs exactly one of ${kinds.join(', ')}`;
  throw new Fault('invalid-query', text);
}

export function readAggregate(query: SourceQuery): Aggregate {
  const given = textField(query, 'aggregate') ?? 'sum';
  const known = AGGREGATES.find((name) => name === given);
  if (known === undefined) throw wrongField(query, 'aggregate', AGGREGATES.join(' or '));
  return known;
}

export function readQuestion(query: SourceQuery): Question {
  const labels = readLabels(query, query['labels']);
  const rate = textField(query, 'rate');
  if (rate !== undefined) return { kind: 'rate', counter: { name: rate, labels } };
  const count = textField(query, 'count');
  if (count !== undefined) return { kind: 'count', counter: { name: count, labels } };
  const gauge = textField(query, 'gauge');
  if (gauge !== undefined) return { kind: 'gauge', gauge: { name: gauge, labels } };
  const histogram = textField(query, 'histogram');
  if (histogram === undefined) return readRatio(query);
  const buckets = { name: bucketsOf(histogram), labels };
  return { kind: 'quantile', quantile: readQuantile(query), buckets };
}

/** Buckets are series beside their histogram, told apart by their bound `le`. */
export function bucketsOf(histogram: string): string {
  return `${histogram}_bucket`;
}

export function readQuantile(query: SourceQuery): number {
  const { quantile } = query;
  if (typeof quantile === 'number' && quantile > 0 && quantile < 1) return quantile;
  throw wrongField(query, 'quantile', 'a number between 0 and 1');
}

export function readLabels(query: SourceQuery, labels: unknown): Record<string, string> {
  const given = labels ?? {};
  const entries = isRecord(given) ? Object.entries(given) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    return Object.fromEntries(entries);
  }
  throw wrongField(query, 'labels', 'a map of label names to texts');
}

function readRatio(query: SourceQuery): Question {
  const ratio = query['ratio'];
  if (!isRecord(ratio)) throw wrongField(query, 'ratio', 'a numerator and a denominator');
  const part = (name: string): Selector => {
    const selector = ratio[name];
    if (!isRecord(selector) || typeof selector['counter'] !== 'string') {
      throw wrongField(query, `ratio.${name}`, 'a counter with optional labels');
    }
    return { name: selector['counter'], labels: readLabels(query, selector['labels']) };
  };
  return { kind: 'ratio', numerator: part('numerator'), denominator: part('denominator') };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
