import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../src/errors.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import {
  GOOD,
  NOW,
  REQUEST,
  SECRET,
  bench,
  fetchSeries,
  matrix,
  openBench,
} from '../../support/prometheus-bench.ts';

testMetricSource('a stub Prometheus', async () => {
  const made = await openBench(({ body }) => (body.includes('nothing') ? matrix([]) : GOOD));
  const empty = { ...REQUEST, query: { source: 'prometheus', promql: 'nothing' } };
  const unusable = { ...REQUEST, query: { source: 'prometheus', promql: '${unknown}' } };
  return { source: made.source, answered: REQUEST, empty, unusable, close: () => made.close() };
});

test('its health is asked for below the path of the base url, and only where that is wanted', async (t) => {
  const answer = { status: 503, body: 'Service Unavailable' };
  const { source, server } = await bench(t, () => answer);
  assert.equal(source.probe, undefined);
  const account = {
    source: 'prometheus',
    name: 'p',
    url: `${server.url}/mimir/?tenant=a`,
  } as const;
  const client = createOutboundClient({ profile: 'source' });
  t.after(() => client.close());
  const probed = createPrometheusSource({ ...account, health: true }, { client, now: () => NOW });
  const { signal } = new AbortController();
  await assert.rejects(async () => probed.probe!(signal), /source "p" answered 503 for its health/);
  answer.status = 200;
  await probed.probe!(signal);
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['/mimir/-/healthy?tenant=a', '/mimir/-/healthy?tenant=a'],
  );
});

test('a range query is posted as a form below the path of the base url', async (t) => {
  const { source, server } = await bench(t, () => GOOD);
  const account = {
    source: 'prometheus',
    name: 'p',
    url: `${server.url}/mimir/prometheus/?tenant=a`,
  } as const;
  const client = createOutboundClient({ profile: 'source' });
  t.after(() => client.close());
  await fetchSeries(createPrometheusSource(account, { client, now: () => NOW }));
  await fetchSeries(source);
  const [pathed, plain] = server.requests;
  assert.equal(pathed?.path, '/mimir/prometheus/api/v1/query_range?tenant=a');
  assert.equal(plain?.path, '/api/v1/query_range');
  assert.equal(plain.method, 'POST');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(plain.body)), {
    query: 'up{app="checkout"}',
    start: '1000',
    end: '1180',
    step: '60',
  });
});

for (const status of [404, 405, 501]) {
  test(`a server that answers ${status} to POST is asked by GET, from then on`, async (t) => {
    const { source, server } = await bench(t, ({ method }) =>
      method === 'GET' ? GOOD : { status },
    );
    const { series } = await fetchSeries(source);
    assert.deepEqual(series[0]?.values, [1, 2, 3, 4]);
    await fetchSeries(source);
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['POST', 'GET', 'GET'],
    );
    const form = new URL(server.requests[1]!.path, server.url).searchParams;
    assert.equal(form.get('query'), 'up{app="checkout"}');
  });
}

for (const [name, account, header] of [
  ['a bearer token', { bearerToken: SECRET, username: 'u', password: 'p' }, `Bearer ${SECRET}`],
  ['a user name and password', { username: 'u', password: SECRET }, `Basic ${btoa(`u:${SECRET}`)}`],
  ['a header', { headers: { authorization: SECRET } }, SECRET],
] as const) {
  test(`${name} is sent, and never shown when it is refused and echoed`, async (t) => {
    const { source, server } = await bench(
      t,
      ({ headers }) => ({
        status: 401,
        body: JSON.stringify({
          status: 'error',
          error: `no entry for ${String(headers['authorization'])}`,
        }),
      }),
      account,
    );
    await assert.rejects(fetchSeries(source), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'source-refused');
      assert.match(
        error.message,
        /^source "prod-prom" answered 401 for metric "latency p99": no entry for .*\[redacted\]; check the account's credentials$/,
      );
      assert.doesNotMatch(
        JSON.stringify([error.message, error.stack, error.subject]),
        new RegExp(SECRET),
      );
      return true;
    });
    assert.equal(server.requests.length, 1);
    assert.equal(server.requests[0]?.headers['authorization'], header);
  });
}

test('a secret that is repeated in another form, or cut in half, is hidden too', async (t) => {
  const said = [
    SECRET.toUpperCase(),
    `me:${SECRET}`,
    btoa(`me:${SECRET}`),
    btoa(`you:${SECRET}`),
    `${'x'.repeat(490)} ${SECRET}`,
  ];
  const { source } = await bench(
    t,
    (_request, index) => ({ status: 401, body: JSON.stringify({ error: said[index] }) }),
    { headers: { 'x-api-key': `Token ${SECRET}` } },
  );
  for (const one of said) {
    await assert.rejects(fetchSeries(source), (error) => {
      const { message } = error as Fault;
      assert.doesNotMatch(message, /s3cret/i, one);
      assert.ok(!message.includes('czNjcmV0') && !message.includes('OnMzY3JldA'), message);
      assert.ok(message.length < 600);
      return true;
    });
  }
});

test('a user name and password in the url become basic authentication', async (t) => {
  const { server } = await bench(t, () => GOOD);
  const client = createOutboundClient({ profile: 'source' });
  t.after(() => client.close());
  const url = server.url.replace('http://', 'http://me:p%40ss@');
  await fetchSeries(
    createPrometheusSource({ source: 'prometheus', name: 'p', url }, { client, now: () => NOW }),
  );
  assert.equal(server.requests[0]?.headers['authorization'], `Basic ${btoa('me:p@ss')}`);
});

test('server errors are tried again with doubling waits, then told with their number', async (t) => {
  const { source, server, waits } = await bench(t, () => ({ status: 502 }), { attempts: 4 });
  await assert.rejects(fetchSeries(source), {
    code: 'source-unavailable',
    retryable: true,
    message: 'source "prod-prom" answered 502 for metric "latency p99" (attempt 4 of 4)',
  });
  assert.equal(server.requests.length, 4);
  assert.deepEqual(waits, [1000, 2000, 4000]);
});

for (const status of [408, 429, 500, 503]) {
  test(`after ${status} a good answer is still a good answer`, async (t) => {
    const { source } = await bench(t, (_request, index) => (index === 0 ? { status } : GOOD));
    assert.deepEqual((await fetchSeries(source)).series[0]?.values, [1, 2, 3, 4]);
  });
}

test('Retry-After is honoured, in seconds and as a date', async (t) => {
  const asked = ['7', new Date(NOW + 40_000).toUTCString(), '0', 'nonsense'];
  const { source, waits } = await bench(
    t,
    (_request, index) => {
      const after = asked[index];
      return after === undefined ? GOOD : { status: 503, headers: { 'retry-after': after } };
    },
    { attempts: 5 },
  );
  await fetchSeries(source);
  assert.deepEqual(waits, [7000, 40_000, 4000, 8000]);
});

test('a cut answer is tried again', async (t) => {
  const { source } = await bench(t, (_request, index) =>
    index === 0 ? { ...GOOD, cut: true } : GOOD,
  );
  assert.equal((await fetchSeries(source)).series.length, 1);
});

test('a slow answer ends at the time-out of one attempt', async (t) => {
  const { source } = await bench(t, () => 'never', { timeoutMs: 20, attempts: 2 });
  await assert.rejects(fetchSeries(source), {
    code: 'source-unavailable',
    message:
      /^source "prod-prom" could not be asked for metric "latency p99": 127\.0\.0\.1:\d+ did not answer within 20 ms \(attempt 2 of 2\)$/,
  });
});

test('a deadline during the waits says what went wrong before', async (t) => {
  const stop = new AbortController();
  const { server } = await bench(t, () => ({ status: 500 }));
  const client = createOutboundClient({ profile: 'source' });
  t.after(() => client.close());
  const source = createPrometheusSource(
    { source: 'prometheus', name: 'prod-prom', url: server.url },
    {
      client,
      now: () => NOW,
      wait: async () => stop.abort(new Fault('deadline-exceeded', 'the execution ran out of time')),
    },
  );
  await assert.rejects(fetchSeries(source, stop.signal), {
    code: 'deadline-exceeded',
    message:
      'the execution ran out of time; before that, source "prod-prom" answered 500 for metric "latency p99" (attempt 1 of 8)',
  });
  assert.equal(server.requests.length, 1);
});

test('other 4xx are final at once', async (t) => {
  const { source, server } = await bench(t, () => ({
    status: 403,
    body: '<html>forbidden</html>',
  }));
  await assert.rejects(fetchSeries(source), {
    code: 'source-refused',
    retryable: false,
    message:
      'source "prod-prom" answered 403 for metric "latency p99"; check what the account\'s credentials may read',
  });
  assert.equal(server.requests.length, 1);
});

test('a redirect is refused and not followed', async (t) => {
  const { source, server } = await bench(t, () => ({
    status: 302,
    headers: { location: '/login' },
  }));
  await assert.rejects(fetchSeries(source), {
    code: 'source-refused',
    message: /answered 302 .* redirects are not followed/,
  });
  assert.equal(server.requests.length, 1);
});

test('an address the guard refuses is final', async (t) => {
  const { source, waits } = await bench(t, () => GOOD, { url: 'http://169.254.169.254' });
  await assert.rejects(fetchSeries(source), {
    code: 'address-refused',
    message: /^source "prod-prom" could not be asked .*metadata/,
  });
  assert.deepEqual(waits, []);
});

test('an account without a usable url is a mistake in the configuration', () => {
  const client = createOutboundClient({ profile: 'source' });
  const make = () =>
    createPrometheusSource(
      { source: 'prometheus', name: 'p', url: 'prom:9090' },
      { client, now: () => NOW },
    );
  assert.throws(make, { code: 'bad-configuration', message: /url of source "p"/ });
});
