// Whatever arrives on these routes, the answer is 2xx or a 4xx in their shape, and nothing is half-stored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { loadContract } from '../../../../src/contract/contract.ts';
import { kayentaConfig, kayentaRequest, startKayentaOn } from '../support/kayenta.ts';
import type { KayentaService } from '../support/kayenta.ts';
import { IS_LONG_FORM } from '../../../support/long-form.ts';
import { startStubServer, type StubServer } from '../../../support/stub-server.ts';

const OPERATIONS = loadContract().operations.filter(
  ({ tags, id }) => tags.includes('kayenta') && id !== 'kayentaSetProcessing',
);
const standalone = {
  canaryConfig: kayentaConfig('any'),
  executionRequest: {
    scopes: [{ controlScope: 'a', experimentScope: 'b', endTimeIso: '2026-01-15T10:00:00Z' }],
    thresholds: { pass: 90, marginal: 70 },
    lifetimeDurationMins: 5,
  },
};
/** Bodies that work, one of whose values is replaced by anything. */
const WORKING: unknown[] = [
  kayentaConfig('any'),
  kayentaRequest('ok'),
  { canaryConfig: kayentaConfig('any'), executionRequest: kayentaRequest('ok') },
  standalone,
  standalone.executionRequest,
  {
    application: 'any',
    stages: [
      {
        type: 'setupCanary',
        context: {
          canaryConfig: kayentaConfig('any'),
          canaryExecutionRequest: kayentaRequest('ok'),
        },
      },
      { type: 'canaryJudge', canaryExecutionRequest: JSON.stringify(kayentaRequest('ok')) },
    ],
  },
  {
    stages: [{ type: 'setupAndExecuteCanariesStage', canaryAnalysisExecutionRequest: standalone }],
  },
  [{ name: 'a', tags: {}, values: { control: [1], experiment: ['NaN'] }, scopes: {} }],
];

const leaf = fc.oneof(
  fc.constantFrom(null, '', 'NaN', '__proto__', -1, 0, 1e300, 2 ** 63, '${a}', [], {}, true),
  fc.jsonValue(),
);
const mutated = fc.tuple(fc.constantFrom(...WORKING), fc.nat(), leaf).map(([body, at, value]) => {
  let seen = 0;
  const count = JSON.stringify(body).split(/[[{,]/).length;
  return JSON.parse(JSON.stringify(body), (_key, item: unknown) =>
    seen++ === at % count ? value : item,
  ) as unknown;
});
const ACCOUNTS = fc.constantFrom('', 'prom-eu', 'results-s3', 'ghost', undefined);
const NAMES = [
  ...new Set(
    Object.values(
      (parse(loadContract().text()) as { paths: Record<string, Record<string, Described>> }).paths,
    )
      .flatMap((item) => Object.values(item))
      .filter(({ tags }) => tags?.includes('kayenta'))
      .flatMap(({ parameters = [] }) => parameters.map(({ name = '' }) => name)),
  ),
];
interface Described {
  tags?: string[];
  parameters?: { name?: string }[];
}

describe('any request', () => {
  let api: KayentaService;
  let stub: StubServer;
  before(async () => {
    stub = await startStubServer(() => ({ status: 400, body: '{"error":"no"}' }));
    api = await startKayentaOn(stub.url, { CANARY_LIMITS_SHUTDOWN_GRACE: '1s' });
  });
  after(async () => {
    await api.close();
    await stub.close();
  });

  test('any JSON, any parameters: 2xx or 4xx, and an error is its message', async () => {
    const call = fc.record({
      operation: fc.constantFrom(...OPERATIONS),
      body: fc.oneof(mutated, fc.jsonValue()),
      id: fc.constantFrom('ghost', 'a.b', '__proto__', '%00', '01KF0PZZ000000000000000000'),
      query: fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(ACCOUNTS, fc.string()), {
        maxKeys: 3,
      }),
    });
    await fc.assert(
      fc.asyncProperty(call, async ({ operation, body, id, query }) => {
        const given = Object.entries(query).filter((entry): entry is [string, string] =>
          entry.every((part) => part !== undefined),
        );
        const path = operation.path.replace(/\{\w+\}/g, id);
        const answer = await fetch(`${api.url}${path}?${new URLSearchParams(given).toString()}`, {
          method: operation.method,
          ...(['post', 'put'].includes(operation.method)
            ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
            : {}),
        });
        const text = await answer.text();
        const about = `${operation.id} answered ${answer.status}: ${text.slice(0, 300)}`;
        assert.ok(answer.status < 500, about);
        if (answer.status >= 400 && text !== '') {
          assert.equal(typeof (JSON.parse(text) as { message: unknown }).message, 'string', about);
        }
      }),
      { numRuns: IS_LONG_FORM ? 20_000 : 400 },
    );
  });

  test('after all that every list can still be read, and every canary by its id', async () => {
    for (const path of ['/canaryConfig', '/canaryResultArchive', '/metricSetList', '/pipelines']) {
      assert.equal((await api.call('get', path)).status, 200);
    }
    const { body: ids } = await api.call('get', '/pipelines');
    for (const id of ids as string[]) {
      const canary = await fetch(`${api.url}/canary/${id}`);
      const analysis = await fetch(`${api.url}/standalone_canary_analysis/${id}`);
      assert.ok(canary.ok || analysis.ok, id);
    }
    const { body: configs } = await api.call('get', '/canaryConfig');
    for (const { id, applications } of configs) {
      assert.ok(applications.length > 0);
      assert.equal((await fetch(`${api.url}/canaryConfig/${encodeURIComponent(id)}`)).status, 200);
    }
  });
});
