import { INFLUXDB_SKIP, startInfluxdb, writeLines } from '../../support/influxdb.ts';
import { testJudged } from './judged.ts';
import { SERVED } from './served.ts';

const query = (value: string, and = '') => ({
  source: 'influxdb',
  influxql: `SELECT ${value} AS value FROM http
    WHERE \${timeFilter} AND version = \${scope}${and} GROUP BY time(\${step}, \${offset}) fill(none)`,
});

testJudged('InfluxDB 1', {
  skip: INFLUXDB_SKIP,
  async start() {
    const server = await startInfluxdb();
    await writeLines(
      server.url,
      'shop',
      SERVED.map(
        ({ at, version, status, seconds }) =>
          `http,version=${version} seconds=${seconds},failed=${status >= 500 ? 1 : 0}i ${at}`,
      ),
    );
    const account = { source: 'influxdb', url: server.url, options: { database: 'shop' } };
    return { account, stop: () => server.stop() };
  },
  errors: query('sum(failed)'),
  requests: query('count(seconds)'),
  latency: query('percentile(seconds, 75)'),
  lists: 'http',
});
