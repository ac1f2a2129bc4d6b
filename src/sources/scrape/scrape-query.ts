import { Fault } from '../../errors.ts';
import { describeQuestion, type Aggregate, type Question } from '../readings/question.ts';
import { readAggregate, readKind, readQuestion } from '../readings/read-question.ts';
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
  readKind(query, KINDS);
  return {
    question: readQuestion(query),
    aggregate: readAggregate(query),
    instances: parseInstances(scope.parameters['instances'] ?? ''),
  };
}

/** A query in words, as it is shown beside its series. */
export function describeScrapeQuery({ question, aggregate, instances }: ScrapeQuery): string {
  return `${describeQuestion(question, aggregate)} on ${instances.join(', ')}`;
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
