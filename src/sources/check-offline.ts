import type { SourceQuery } from '../model/config.ts';
import { textField } from './queries/query-fields.ts';
import { checkPush } from './push/push-check.ts';
import { checkScrape } from './scrape/scrape-check.ts';
import type { MetricSource } from './source.ts';

/** What can be told of a query's text where no account is known: each kind's own check, without its server. */
export function offlineSource({ source }: SourceQuery): Pick<MetricSource, 'check'> {
  return CHECKS[source] ?? {};
}

const CHECKS: Record<string, Pick<MetricSource, 'check'>> = {
  prometheus: {
    async check(query, stepSeconds) {
      const promql = textField(query, 'promql');
      if (promql === undefined) return [];
      const { checkPromql } = await import('./prometheus/promql-check.ts'); // loading its parser takes a while
      return checkPromql(promql, stepSeconds);
    },
  },
  scrape: { check: (query) => Promise.resolve(checkScrape(query)) },
  push: { check: (query) => Promise.resolve(checkPush(query)) },
};
