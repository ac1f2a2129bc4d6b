import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createSplunkSource } from '../../../src/sources/vendors/splunk.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubAnswer, type StubRequest } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'splunk', headers: {}, bearerToken: SECRET } as const;
const SEARCH =
  'index=web version="${scope}" | bin _time span=${step} aligntime=${start} | stats count AS value BY _time, host';
const DONE = { dispatchState: 'DONE', isFailed: false, isFinalized: false };

/** The job is made, has come to its end, and has rows. */
function job({ method, path }: StubRequest, rows: StubAnswer, state: object = DONE): StubAnswer {
  if (method === 'POST') return { status: 201, body: '{"sid":"1768.7/x"}' };
  if (path.includes('/results')) return rows;
  return { body: JSON.stringify({ entry: [{ content: state }] }) };
}

function rowsOf(series: readonly RangeSeries[]): StubAnswer {
  const labels = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
  const fields = ['_time', '_span', 'value', ...labels].map((name) => ({ name }));
  const results = series.flatMap(({ tags, points }) =>
    points.map(([at, value]) => ({
      _time: new Date(at).toISOString().replace('Z', '+00:00'),
      _span: '60',
      value: String(value),
      ...tags,
    })),
  );
  return { body: JSON.stringify({ preview: false, messages: [], fields, results }) };
}

testVendor('splunk', {
  create: createSplunkSource,
  account: ACCOUNT,
  query: { source: 'splunk', search: SEARCH },
  unusable: { source: 'splunk', search: 'index=web | timechart count' },
  grid: bucketsOf,
  encode: (series, _grid, request) => job(request, rowsOf(series)),
  well: () => ({ body: JSON.stringify({ entry: [{ content: { capabilities: ['search'] } }] }) }),
  unwell: {
    'a token that may not search': {
      answer: { body: JSON.stringify({ entry: [{ content: { capabilities: ['list_inputs'] } }] }) },
      says: /answered that the token has no capability "search"; give its user a role/,
    },
  },
  names: {
    answer: () => ({
      body: JSON.stringify({ entry: [{ name: 'cpu.idle' }, { name: 'http.errors' }] }),
    }),
    told: ['cpu.idle', 'http.errors'],
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ messages: [{ type: 'FATAL', text: words }] }),
  }),
});

const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:30Z'),
  endAt: Date.parse('2026-01-15T09:10:30Z'),
  stepSeconds: 60,
  parameters: {},
};

async function ask(search: string, answer: (request: StubRequest) => StubAnswer, value = 'v2') {
  const server = await startStubServer(answer);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createSplunkSource(
    { ...ACCOUNT, name: 's', url: server.url, attempts: 2 },
    { client, now: Date.now, wait: async () => undefined },
  );
  try {
    const query = { source: 'splunk', search };
    const scope = { ...SCOPE, scope: value };
    const request = { metric: 'm', query, side: 'canary' as const, scope, templates: {} };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

test('a search is a job that is waited for, whose rows are read', async () => {
  const { requests } = await ask(SEARCH, (asked) => job(asked, rowsOf([])), 'a"b\\');
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    [
      'POST /services/search/v2/jobs',
      'GET /services/search/v2/jobs/1768.7%2Fx?output_mode=json',
      'GET /services/search/v2/jobs/1768.7%2Fx/results?output_mode=json&count=50000&offset=0',
    ],
  );
  assert.deepEqual(Object.fromEntries(new URLSearchParams(requests[0]!.body)), {
    search:
      'search index=web version="a\\"b\\\\" | bin _time span=60s aligntime=1768467630 | stats count AS value BY _time, host',
    earliest_time: '1768467630',
    latest_time: '1768468230',
    exec_mode: 'blocking',
    adhoc_search_level: 'fast',
    max_count: '100000',
    timeout: '60',
    output_mode: 'json',
  });
});

test('a job that still runs is asked for again, and mstats has the buckets of the epoch', async () => {
  let states = 0;
  const search = '| mstats sum(_value) AS value WHERE version="${scope}" span=${step} BY host';
  const { requests, remarks } = await ask(search, (asked) => {
    const isState = asked.method === 'GET' && !asked.path.includes('/results');
    if (isState) states += 1;
    return job(asked, rowsOf([]), states === 1 ? { dispatchState: 'RUNNING' } : DONE);
  });
  assert.equal(requests.length, 4);
  assert.match(requests[0]!.body, /^search=%7C\+mstats/);
  assert.match(remarks[0]!.text, /cuts time at multiples of 1m/);
});

const troubles: [string, object, object, RegExp][] = [
  [
    'a job that failed',
    { dispatchState: 'FAILED', messages: [{ type: 'FATAL', text: 'Unknown command' }] },
    {},
    /answered an error: Unknown command; correct the query/,
  ],
  ['a job that was ended early', { ...DONE, isFinalized: true }, {}, /a part alone, as the job/],
  [
    'rows of a part of the peers',
    DONE,
    { messages: [{ type: 'WARN', text: 'Search results might be incomplete: peer down' }] },
    /answered a part alone: Search results might be incomplete/,
  ],
  ['a preview', DONE, { preview: true }, /answered a preview/],
  [
    'an error beside rows',
    DONE,
    { messages: [{ type: 'ERROR', text: 'no such index' }] },
    /answered an error: no such index/,
  ],
];
for (const [what, state, more, message] of troubles) {
  test(`what is not whole is no answer: ${what}`, async () => {
    const rows = { body: JSON.stringify({ results: [], ...more }) };
    await assert.rejects(
      ask(SEARCH, (asked) => job(asked, rows, state)),
      message,
    );
  });
}

test('a warning about something else is kept', async () => {
  const messages = [{ type: 'WARN', text: 'The lookup is old' }];
  const rows = { body: JSON.stringify({ results: [], messages }) };
  const { remarks } = await ask(SEARCH, (asked) => job(asked, rows));
  assert.deepEqual(remarks, [{ kind: 'warning', text: 'The lookup is old' }]);
});

for (const search of [
  'index=web | delete',
  '| rest /services/server | outputlookup x',
  'index=a |map search="x"',
  'index=a | chart count BY host',
]) {
  test(`what does more than read is refused: ${search}`, async () => {
    await assert.rejects(
      ask(search, (asked) => job(asked, rowsOf([]))),
      { code: 'invalid-query' },
    );
  });
}

test('a value that matches anything is refused', async () => {
  await assert.rejects(
    ask(SEARCH, (asked) => job(asked, rowsOf([])), 'v*'),
    /has a \*/,
  );
});
