import {
  GRAPHITE_SKIP,
  startGraphite,
  type GraphitePoints,
} from '../../support/graphite/graphite.ts';
import { testJudged } from './judged.ts';
import { servedByMinute, VERSIONS } from './served.ts';

const query = (target: string) => ({ source: 'graphite', target });

testJudged('Graphite', {
  skip: GRAPHITE_SKIP,
  async start() {
    const points: GraphitePoints = {};
    for (const version of Object.values(VERSIONS)) {
      const minutes = servedByMinute(version);
      for (const name of ['requests', 'errors', 'seconds'] as const) {
        points[`shop.${version}.${name}`] = minutes.map((minute) => [minute.at, minute[name]]);
      }
    }
    const server = await startGraphite(points);
    return { account: { source: 'graphite', url: server.url }, stop: () => server.stop() };
  },
  errors: query("summarize(shop.${scope}.errors, '${step}', 'sum', true)"),
  requests: query("summarize(shop.${scope}.requests, '${step}', 'sum', true)"),
  latency: query('shop.${scope}.seconds'),
  lists: 'shop.v1.errors',
});
