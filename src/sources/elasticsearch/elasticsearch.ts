import { asJson, type Manners } from '../asking/http-ask.ts';
import { createHttpSource } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { DEFAULT_LIMITS } from '../grid/limits.ts';
import type { CreateSource } from '../kinds.ts';
import { readElasticError, typesOfError } from './elastic-answer.ts';
import { planEsql } from './esql.ts';
import { planSearch } from './search.ts';

/** Elasticsearch and OpenSearch by the search API, and Elasticsearch by ES|QL. */
export const createElasticsearchSource: CreateSource = (account, dependencies) => {
  const maxSeries = account.maxSeries ?? DEFAULT_LIMITS.maxSeries;
  return createHttpSource(account, dependencies, {
    kind: 'elasticsearch',
    manners: MANNERS,
    plan: (request) =>
      request.query['esql'] === undefined ? planSearch(request, maxSeries) : planEsql(request),
    // the root wants a right that reading does not; a search for nothing wakes no shard
    probe: () => ({
      method: 'POST',
      path: '_search',
      search: { ignore_unavailable: 'true' },
      ...asJson({ size: 0, track_total_hits: false, query: { match_none: {} } }),
    }),
    names: {
      takesMatch: true,
      question: (_, match) => ({
        method: 'GET',
        path: `_resolve/index/${encodeURIComponent(match ?? '*')}`,
        read: ({ text }) => ({ names: readResolved(text) }),
      }),
    },
  });
};

/** Indexes, aliases and data streams: what a query may name. */
function readResolved(body: string): string[] {
  const answer = readObject(body, 'Elasticsearch');
  return ['indices', 'aliases', 'data_streams'].flatMap((part) => {
    const list: unknown = answer[part] ?? [];
    if (!Array.isArray(list)) throw wrongAnswer(`no list of ${part}`);
    return list.filter(isRecord).map(({ name }) => String(name));
  });
}

const MANNERS: Manners = {
  readError: readElasticError,
  // OpenSearch tells it by a 503, as if it would pass by itself
  judge: ({ text }) =>
    typesOfError(text).includes('too_many_buckets_exception')
      ? { code: 'source-limit', retryable: false }
      : undefined,
  remedies: { 404: '; check the index and the url of the account' },
};
