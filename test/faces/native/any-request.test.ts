// Whatever arrives on the native routes: an answer of the contract, never a 500, never more than a second of work.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { loadContract, type Operation } from '../../../src/contract/contract.ts';
import { IS_LONG_FORM } from '../../support/long-form.ts';
import { keepsContract, startTestService, type TestService } from '../../support/service.ts';

const RUNS = IS_LONG_FORM ? 20_000 : 2000;
/** Of the whole process: the service, this client and what both leave to be collected. */
const MOST_CPU_MS = 1000;

const OPERATIONS = loadContract().operations.filter(({ tags }) =>
  tags.some((tag) =>
    ['analyses', 'configs', 'subscriptions', 'judgements', 'planning'].includes(tag),
  ),
);
const values = Array.from({ length: 12 }, (_, index) => 10 + (index % 7));
const config = {
  name: 'any',
  judge: 'NetflixACAJudge-v1.0',
  judgeOptions: { failOnNoData: true },
  thresholds: { pass: 90, marginal: 70 },
  groups: { speed: 60, errors: 40 },
  metrics: [
    {
      name: 'latency',
      group: 'speed',
      query: { source: 'inline' },
      direction: 'increase',
      tolerance: { increase: 1.1 },
      minimumChange: 0.5,
      unit: 'ms',
    },
    {
      name: 'errors',
      group: 'errors',
      formula: 'bad / all',
      queries: { bad: { source: 'inline' }, all: { source: 'inline' } },
      critical: true,
      noData: 'fail',
    },
  ],
};
const pairs = [{ metric: 'latency', baseline: values, canary: values.toReversed() }];
const sides = { baseline: { scope: 'v1' }, canary: { scope: 'v2', location: 'eu' } };
/** Bodies that work, one of whose values is replaced by anything. */
const WORKING: unknown[] = [
  config,
  { config, pairs },
  { config, pairs, ...sides, labels: { team: 'a' }, thresholds: { pass: 80, marginal: 50 } },
  {
    config,
    pairs,
    ...sides,
    window: { start: '2026-01-15T10:00:00Z', end: '2026-01-15T11:00:00Z', step: '60s' },
    callbacks: [{ url: 'http://127.0.0.1:9/hook', secret: 'default' }],
  },
  {
    config,
    ...sides,
    window: {
      duration: '1h',
      interval: '5m',
      step: '60s',
      warmup: '1m',
      lookback: '10m',
      before: '2h',
    },
    history: ['01KF0PZZ000000000000000000'],
  },
  {
    url: 'http://127.0.0.1:9/hook',
    format: 'standard',
    secrets: ['default'],
    events: ['analysis.completed'],
    filter: { configs: ['any'], applications: ['shop'], labels: { team: 'a' } },
  },
  { since: '2026-01-15T10:00:00Z', until: '2026-01-16T10:00:00Z', which: 'all' },
  { config: 'any', changes: [1.1, 2], durations: ['1h'], power: 0.8 },
];
/** What is at the edge of what a number, a date or a duration may be, and lists of much that is wrong. */
const EDGES: unknown[] = [
  -1,
  1e300,
  -0,
  2 ** 53,
  2 ** 63,
  5e-324,
  '',
  'NaN',
  'Infinity',
  '__proto__',
  '${a}',
  '\u0000',
  '9'.repeat(400),
  '+275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '2026-06-30T23:59:60Z',
  '0000-00-00T00:00:00Z',
  'P1Y',
  '0s',
  '1ms',
  '596523h',
  '99999999999999999999d',
  '-5m',
  null,
  [],
  {},
  Array.from({ length: 5000 }, () => 'wrong'),
  Array.from({ length: 5000 }, () => ({})),
  Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])),
];

const anything = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...EDGES) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const mutated = fc
  .tuple(fc.constantFrom(...WORKING), fc.nat(), anything)
  .map(([body, at, value]) => replaceOne(body, at, value));

/** The body with its value number `at`, in the order of `JSON.parse`, replaced. */
function replaceOne(body: unknown, at: number, value: unknown): unknown {
  let count = 0;
  JSON.parse(JSON.stringify(body), (_key, item: unknown) => {
    count += 1;
    return item;
  });
  let seen = 0;
  return JSON.parse(JSON.stringify(body), (_key, item: unknown) =>
    seen++ === at % count ? value : item,
  ) as unknown;
}

const IDS = fc.constantFrom(
  'any',
  'ghost',
  'a.b',
  '__proto__',
  '%00',
  '01KF0PZZ000000000000000000',
);
const QUERIES = fc.dictionary(
  fc.constantFrom('wait', 'limit', 'after', 'state', 'verdict', 'config', 'label', 'unknown'),
  fc.oneof(fc.constantFrom('0s', '-1', '1e9', '99999999h', ''), fc.string()),
  { maxKeys: 2 },
);

describe('any request', () => {
  let api: TestService;
  const accepted: string[] = [];

  before(async () => {
    api = await startTestService({ CANARY_LIMITS_SHUTDOWN_GRACE: '1s' });
    // threads cost most when they start, which is not the request's doing
    await api.call('post', '/api/v1/judgements', { body: { config, pairs } });
    const { body } = await api.call('post', '/api/v1/analyses', {
      body: { config, pairs, ...sides },
    });
    await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
    accepted.push(body.id); // a mutated one may be accepted or not
  });
  after(() => api.close());

  test(`${RUNS} mutated requests: each is answered by the contract, in a second of work`, async () => {
    const call = fc.record({
      operation: fc.constantFrom(...OPERATIONS),
      body: fc.oneof({ weight: 5, arbitrary: mutated }, { weight: 1, arbitrary: fc.jsonValue() }),
      id: IDS,
      query: QUERIES,
    });
    await fc.assert(fc.asyncProperty(call, ask), { numRuns: RUNS });
  });

  test('each analysis that was accepted can be shown, reported and cancelled', async () => {
    assert.ok(accepted.length > 0);
    for (const id of accepted) {
      for (const path of [`/api/v1/analyses/${id}`, `/analyses/${id}`]) {
        assert.equal((await fetch(api.url + path)).status, 200, path);
      }
      const cancel = await fetch(`${api.url}/api/v1/analyses/${id}/cancel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      assert.ok(cancel.status < 500, `cancel of ${id}: ${cancel.status}`);
    }
    for (const path of ['/api/v1/analyses', '/api/v1/configs', '/ready', '/health']) {
      assert.equal((await api.call('get', path)).status, 200, path);
    }
  });

  async function ask({
    operation,
    body,
    id,
    query,
  }: {
    operation: Operation;
    body: unknown;
    id: string;
    query: Record<string, string>;
  }): Promise<void> {
    const path = operation.path.replace(/\{\w+\}/g, id);
    const hasBody = operation.bodyType !== undefined;
    const before = process.cpuUsage();
    const answer = await fetch(`${api.url}${path}?${new URLSearchParams(query).toString()}`, {
      method: operation.method.toUpperCase(),
      headers: { 'content-type': 'application/json' },
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(120_000),
    });
    const text = await answer.text();
    const { user, system } = process.cpuUsage(before);
    const about = `${operation.id} answered ${answer.status}: ${text.slice(0, 300)}`;
    assert.ok(answer.status < 500, about);
    assert.ok((user + system) / 1000 < MOST_CPU_MS, `${(user + system) / 1000} ms for ${about}`);
    keepsContract(operation.method, path, {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text,
    });
    if (operation.id === 'submitAnalysis' && answer.status === 202)
      accepted.push((JSON.parse(text) as { id: string }).id);
  }
});
