import type { Manners } from '../asking/http-ask.ts';
import { createHttpSource } from '../asking/http-source.ts';
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
    probe: { method: 'GET', path: '' },
  });
};

const MANNERS: Manners = {
  readError: readElasticError,
  // OpenSearch tells it by a 503, as if it would pass by itself
  judge: ({ text }) =>
    typesOfError(text).includes('too_many_buckets_exception')
      ? { code: 'source-limit', retryable: false }
      : undefined,
  remedies: { 404: '; check the index and the url of the account' },
};
