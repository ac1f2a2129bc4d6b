// What every database that is asked in SQL promises, held against real ones.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '../../../src/errors.ts';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import type { AccountConfig } from '../../../src/settings/account.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { MetricSource, SeriesRequest } from '../../../src/sources/source.ts';
import { createSqlSource } from '../../../src/sources/sql/sql.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import { HOSTILE } from '../../contracts/vendor.ts';

/** Not at a multiple of the step: buckets begin where the window does. */
export const START = Date.parse('2026-01-15T10:00:10Z');
export const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: START,
  endAt: START + 600_000,
  stepSeconds: 60,
  parameters: { app: 'shop' },
};

/** One request served: its version, host, status and duration. */
export interface Served {
  at: number;
  version: string;
  host: string;
  status: number;
  seconds: number;
}

/** Minute m has m + 1 requests of v2 on host a, of which every second failed; minute 5 has none. */
export const SERVED: Served[] = [
  ...Array.from({ length: 10 }, (_, minute) =>
    minute === 5
      ? []
      : Array.from({ length: minute + 1 }, (_, index) => ({
          at: START + minute * 60_000 + index * 1000,
          version: 'v2',
          host: 'a',
          status: index % 2 === 0 ? 500 : 200,
          seconds: 0.25,
        })),
  ).flat(),
  ...HOSTILE.filter((value) => value !== '').map((version) => ({
    at: START,
    version,
    host: version,
    status: 200,
    seconds: 1,
  })),
];

export interface SqlCase {
  name: string;
  skip: string | false;
  /** Starts the server and puts `SERVED` into a table `req`; `password` of the user `canary` is `PASSWORD`. */
  start(): Promise<{ account: Partial<AccountConfig>; stop(): Promise<void> }>;
  /** Counts by host; `values` are `requests` and `errors`. */
  counts: string;
  /** Mean seconds of a version. */
  mean: string;
  /** A query that runs longer than a second. */
  slow?: string;
  /** A query that would write, though it begins as one that reads. */
  writes?: string;
  /** A value of every type of number, without labels. */
  numbers: string;
}

export const PASSWORD = 'pa55-word-of-canary';

export function testSql(part: SqlCase): void {
  const { name, skip } = part;
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  let server: Awaited<ReturnType<SqlCase['start']>>;
  let source: MetricSource;
  const open = async (more: Partial<AccountConfig> = {}) =>
    createSqlSource(
      { source: 'sql', name: 'db', url: '', headers: {}, attempts: 1, ...server.account, ...more },
      { client, now: Date.now },
    );
  before(async () => {
    if (skip !== false) return;
    server = await part.start();
    source = await open();
  });
  after(async () => {
    await source?.close?.();
    await server?.stop();
    await client.close();
  });

  const fetch = (query: object, scope: Partial<Scope> = {}, of = source) =>
    of.fetch(requestOf(query, scope), AbortSignal.timeout(20_000));

  testMetricSource(
    name,
    async () => ({
      source,
      answered: requestOf({ sql: part.mean }),
      empty: requestOf({ sql: part.mean }, { scope: 'nobody' }),
      unusable: requestOf({ sql: 'SELECT ${nobody}' }),
      grid: bucketsOf,
      close: async () => undefined,
    }),
    skip,
  );

  test(
    `${name}: events are counted in buckets that begin where the window does`,
    { skip },
    async () => {
      const { series } = await fetch({ sql: part.counts, values: ['requests', 'errors'] });
      const requests = [1, 2, 3, 4, 5, NaN, 7, 8, 9, 10];
      const errors = [1, 1, 2, 2, 3, NaN, 4, 4, 5, 5];
      const byColumn = new Map(series.map((one) => [one.tags['column'], one]));
      assert.deepEqual(byColumn.get('requests')!.tags, { host: 'a', column: 'requests' });
      assert.deepEqual(byColumn.get('requests')!.values, requests);
      assert.deepEqual(byColumn.get('errors')!.values, errors);
      assert.equal(series[0]!.startAt, START);
    },
  );

  test(`${name}: it is well, and tells its tables`, { skip }, async () => {
    await source.ping!(AbortSignal.timeout(20_000));
    const tables = await source.listMetrics!(AbortSignal.timeout(20_000));
    assert.match(tables.join(' '), /^(?:\w+\.)?req$/);
  });

  test(`${name}: no row is 0 where the query says so`, { skip }, async () => {
    const { series } = await fetch({ sql: part.mean, empty: 'zero', scale: 1000 });
    assert.deepEqual(series[0]?.values, [250, 250, 250, 250, 250, 0, 250, 250, 250, 250]);
  });

  test(`${name}: a value of a scope is a value, whatever it holds`, { skip }, async () => {
    for (const version of HOSTILE.filter((value) => value !== '')) {
      const { series } = await fetch(
        { sql: part.counts, values: ['requests', 'errors'] },
        { scope: version },
      );
      assert.deepEqual(
        series.map(({ tags }) => tags['host']),
        [version, version],
        version,
      );
    }
  });

  test(`${name}: numbers of every type are read as they are`, { skip }, async () => {
    const { series } = await fetch({ sql: part.numbers, values: ['a', 'b', 'c', 'd'] });
    assert.deepEqual(
      series.map(({ values }) => values[0]),
      [24, 2.5, 2 ** 62, NaN],
    );
  });

  test(`${name}: several statements are not run, and nothing is written`, { skip }, async () => {
    for (const sql of ['DELETE FROM req', 'DROP TABLE req', 'SET x = 1']) {
      assert.equal((await faultOf(fetch({ sql }))).code, 'invalid-query');
    }
    const both = await faultOf(fetch({ sql: 'SELECT 1 AS time, 1 AS value; DROP TABLE req' }));
    assert.equal(both.code, 'source-refused');
    if (part.writes !== undefined) {
      const fault = await faultOf(fetch({ sql: part.writes }));
      assert.equal(fault.code, 'source-refused');
    }
    assert.equal(
      (await fetch({ sql: part.counts, values: ['requests', 'errors'] })).series.length,
      2,
    );
  });

  test(`${name}: a mistake is told in the database's words, and what to do`, { skip }, async () => {
    const fault = await faultOf(fetch({ sql: 'SELECT nothing_like_it FROM req' }));
    assert.equal(fault.code, 'source-refused');
    assert.match(
      fault.message,
      /^source "db" refused the query for metric "errors": .*nothing_like_it.*; correct the query/s,
    );
  });

  test(
    `${name}: an answer without a time, or with two rows for one, says what to do`,
    { skip },
    async () => {
      const timeless = await faultOf(fetch({ sql: 'SELECT 1 AS value' }));
      assert.match(
        timeless.message,
        /answered a table without the column "time" \(it has "value"\)/,
      );
      assert.equal(timeless.code, 'source-answer');
    },
  );

  test(`${name}: too many series and rows are refused`, { skip }, async () => {
    const narrow = await open({ maxSeries: 1 });
    const fault = await faultOf(
      fetch({ sql: part.counts, values: ['requests', 'errors'] }, {}, narrow),
    );
    await narrow.close?.();
    assert.equal(fault.code, 'source-limit');
  });

  const { slow } = part;
  if (slow !== undefined) {
    test(`${name}: what takes too long is cancelled, and who waits is told`, { skip }, async () => {
      const hasty = await open({ timeoutMs: 300 });
      const fault = await faultOf(fetch({ sql: slow }, {}, hasty));
      assert.equal(fault.code, 'source-unavailable', fault.message);
      assert.match(fault.message, /raise the timeout/);
      const stop = AbortSignal.timeout(200);
      const stopped = await faultOf(
        source
          .fetch(requestOf({ sql: slow }), stop)
          .catch((error: unknown) => Promise.reject(error)),
      );
      assert.match(stopped.message, /had not answered for metric "errors"/);
      await hasty.close?.();
      assert.equal((await fetch({ sql: part.mean })).series.length, 1);
    });
  }

  if (part.slow !== undefined) {
    test(
      `${name}: a wrong password and an address inside are told without the password`,
      { skip },
      async () => {
        const wrong = await open({ password: `${PASSWORD}-wrong` });
        const fault = await faultOf(fetch({ sql: part.mean }, {}, wrong));
        await wrong.close?.();
        assert.equal(fault.code, 'source-refused', fault.message);
        assert.match(fault.message, /; check the account's credentials/);
        assert.ok(!fault.message.includes(PASSWORD));
        const url = new URL(server.account.url!);
        url.hostname = '169.254.169.254';
        const inside = await open({ url: url.href });
        const refused = await faultOf(fetch({ sql: part.mean }, {}, inside));
        await inside.close?.();
        assert.equal(refused.code, 'address-refused', refused.message);
      },
    );

    test(`${name}: it closes while others are still being refused`, { skip }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const wrong = await open({ password: `${PASSWORD}-wrong` });
        const stopped = new AbortController();
        const ask = () => wrong.fetch(requestOf({ sql: part.mean }), stopped.signal);
        const asked = Array.from({ length: 4 }, () => faultOf(ask()));
        await Promise.race(asked);
        stopped.abort(new Fault('source-unavailable', 'nobody wants the others any more'));
        await wrong.close?.();
        await Promise.all(asked);
      }
    });
  }
}

function requestOf(query: object, scope: Partial<Scope> = {}): SeriesRequest {
  const whole = { source: 'sql', ...query } as SourceQuery;
  return {
    metric: 'errors',
    query: whole,
    side: 'canary',
    scope: { ...SCOPE, ...scope },
    templates: {},
  };
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await promise.then(
    () => assert.fail('a fault was expected'),
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}
