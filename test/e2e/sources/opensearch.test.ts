import { OPENSEARCH_SKIP, startOpensearch } from '../../support/opensearch/opensearch.ts';
import { testJudged } from './judged.ts';
import { SERVED } from './served.ts';

const ofVersion = { term: { version: '${scope}' } };
const query = (filter: readonly object[], more: object = {}) => ({
  source: 'elasticsearch',
  index: 'shop',
  filter: { bool: { filter: [ofVersion, ...filter] } },
  ...more,
});

testJudged('OpenSearch', {
  skip: OPENSEARCH_SKIP,
  async start() {
    const server = await startOpensearch(
      'shop',
      {
        '@timestamp': { type: 'date' },
        version: { type: 'keyword' },
        status: { type: 'integer' },
        seconds: { type: 'double' },
      },
      SERVED.map(({ at, ...one }) => ({ '@timestamp': at, ...one })),
    );
    return { account: { source: 'elasticsearch', url: server.url }, stop: () => server.stop() };
  },
  errors: query([{ range: { status: { gte: 500 } } }]),
  requests: query([]),
  latency: query([], { value: { percentiles: { field: 'seconds', percents: [75] } } }),
});
