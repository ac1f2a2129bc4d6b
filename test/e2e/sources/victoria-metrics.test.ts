import { startVictoriaMetrics, VICTORIA_METRICS_SKIP } from '../../support/victoria-metrics.ts';
import { testJudged } from './judged.ts';
import { counters } from './counters.ts';

const SERIES = '{version="${scope}"}[${countWindow}]';
const query = (promql: string) => ({ source: 'prometheus', promql });

testJudged('VictoriaMetrics', {
  skip: VICTORIA_METRICS_SKIP,
  async start() {
    const server = await startVictoriaMetrics(counters());
    // it looks at the sample before the window by itself
    const account = { source: 'prometheus', url: server.url, scrapeInterval: '0s' };
    return { account, stop: () => server.stop() };
  },
  errors: query(`sum(increase(errors_total${SERIES}))`),
  requests: query(`sum(increase(requests_total${SERIES}))`),
  latency: query(`sum(increase(seconds_sum${SERIES})) / sum(increase(requests_total${SERIES}))`),
  instants: { tolerance: 0 },
  lists: 'errors_total',
});
