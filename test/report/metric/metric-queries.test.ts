import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricRows } from '../../../src/report/metric/metric-row.ts';
import { renderQueries } from '../../../src/report/metric/metric-queries.ts';
import { END, sampleAnalysis, sampleResult } from '../../support/analysis-sample.ts';

test('each query has its own link, where its account has a page, and no other', () => {
  const query = { metric: 'requests', source: 'prometheus', account: 'prod', query: 'up' };
  const link = 'https://prom.example.com/graph?g0.expr=up&g0.tab=0';
  const [row] = metricRows({
    analysis: sampleAnalysis(),
    executions: [],
    result: sampleResult(),
    queries: [
      { ...query, side: 'baseline' },
      { ...query, side: 'canary', link },
    ],
    generatedAt: END,
    selfUrl: 'https://canary.example/analyses/an_1',
  }).filter(({ metric }) => metric.metric === 'requests');
  const text = String(renderQueries(row!));
  assert.equal(text.match(/<a /g)!.length, 1);
  assert.match(
    text,
    /canary\s+<a href="https:\/\/prom\.example\.com\/graph\?g0\.expr=up&amp;g0\.tab=0" rel="noreferrer"\s*>open in prom\.example\.com</,
  );
});
