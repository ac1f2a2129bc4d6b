import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { textField, wrongField } from '../queries/query-fields.ts';
import {
  AGGREGATES,
  describeQuestion,
  type Aggregate,
  type Question,
  type Selector,
} from '../readings/question.ts';
import type { SeriesRequest } from '../source.ts';

export interface ScrapeQuery {
  question: Question;
  aggregate: Aggregate;
  /** Urls of the metrics pages. */
  instances: string[];
}

const KINDS = ['rate', 'gauge', 'ratio', 'histogram'];
const MAX_INSTANCES = 50;

export function parseScrapeQuery({ query, scope }: SeriesRequest): ScrapeQuery {
  const given = KINDS.filter((kind) => query[kind] !== undefined);
  if (given.length !== 1) {
    throw new Fault('invalid-query', `a scrape query needs exactly one of ${KINDS.join(', ')}`);
  }
  const aggregate = textField(query, 'aggregate') ?? 'sum';
  const known = AGGREGATES.find((name) => name === aggregate);
  if (known === undefined) throw wrongField(query, 'aggregate', AGGREGATES.join(' or '));
  return {
    question: parseQuestion(query),
    aggregate: known,
    instances: parseInstances(scope.parameters['instances'] ?? ''),
  };
}

/** A query in words, as it is shown beside its series. */
export function describeScrapeQuery({ question, aggregate, instances }: ScrapeQuery): string {
  return `${describeQuestion(question, aggregate)} on ${instances.join(', ')}`;
}

function parseQuestion(query: SourceQuery): Question {
  const labels = parseLabels(query, query['labels']);
  const rate = textField(query, 'rate');
  if (rate !== undefined) return { kind: 'rate', counter: { name: rate, labels } };
  const gauge = textField(query, 'gauge');
  if (gauge !== undefined) return { kind: 'gauge', gauge: { name: gauge, labels } };
  const histogram = textField(query, 'histogram');
  if (histogram === undefined) return parseRatio(query);
  const quantile = query['quantile'];
  if (typeof quantile !== 'number' || !(quantile > 0 && quantile < 1)) {
    throw wrongField(query, 'quantile', 'a number between 0 and 1');
  }
  return { kind: 'quantile', quantile, buckets: { name: `${histogram}_bucket`, labels } };
}

function parseRatio(query: SourceQuery): Question {
  const ratio = query['ratio'];
  if (!isRecord(ratio)) throw wrongField(query, 'ratio', 'a numerator and a denominator');
  const part = (name: string): Selector => {
    const selector = ratio[name];
    if (!isRecord(selector) || typeof selector['counter'] !== 'string') {
      throw wrongField(query, `ratio.${name}`, 'a counter with optional labels');
    }
    return { name: selector['counter'], labels: parseLabels(query, selector['labels']) };
  };
  return { kind: 'ratio', numerator: part('numerator'), denominator: part('denominator') };
}

function parseLabels(query: SourceQuery, labels: unknown): Record<string, string> {
  const given = labels ?? {};
  const entries = isRecord(given) ? Object.entries(given) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    return Object.fromEntries(entries);
  }
  throw wrongField(query, 'labels', 'a map of label names to texts');
}

/** `host:port` means `http://host:port/metrics`; a url may name another scheme or path. */
function parseInstances(text: string): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) {
    const why =
      'needs the scope parameter "instances": addresses of metrics pages, separated by commas';
    throw new Fault('invalid-query', `a scrape query ${why}`);
  }
  if (parts.length > MAX_INSTANCES) {
    const text = `a scrape query reads ${parts.length} instances; at most ${MAX_INSTANCES} are allowed`;
    throw new Fault('source-limit', text);
  }
  return [...new Set(parts.map(instanceUrl))];
}

function instanceUrl(part: string): string {
  const url = URL.parse(/^https?:\/\//.test(part) ? part : `http://${part}`);
  if (url === null || url.username !== '' || url.password !== '') {
    throw new Fault(
      'invalid-query',
      'parameter "instances" holds an address that is no http url, or has a password',
    );
  }
  if (url.pathname === '/') url.pathname = '/metrics';
  return url.href;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
