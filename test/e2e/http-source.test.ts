// The main job against an API of one's own: it answers counts as JSON, in two pages, for a healthy and a faulty canary.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService } from '../support/service.ts';
import { startStubServer, type StubAnswer, type StubRequest } from '../support/stub-server.ts';
import type { AnalysisView } from './requests.ts';

const START = Date.parse('2026-01-15T09:00:00Z');
const MINUTES = 60;
const SHARES: Record<string, number> = { v1: 2, v2: 2, v3: 14 };

/** Requests of one minute, and how many of them failed: always the same for the same minute. */
function countOf(what: string, version: string, minute: number): number {
  const requests = 900 + ((minute * 37) % 101);
  if (what === 'requests') return requests;
  return Math.round((requests * SHARES[version]!) / 100) + ((minute * 7 + version.length) % 5);
}

function statistics({ path, headers }: StubRequest): StubAnswer {
  if (headers['authorization'] !== 'Bearer token-of-the-api') return { status: 401 };
  const { pathname, searchParams } = new URL(path, 'http://x');
  const [, , what = '', version = ''] = pathname.split('/');
  const from = Number(searchParams.get('from'));
  const first = Number(searchParams.get('page') ?? 0);
  const data = Array.from({ length: MINUTES / 2 }, (_, index) => ({
    t: (from + (first + index) * 60_000) / 1000,
    count: countOf(what, version, first + index),
  }));
  const next = first === 0 ? MINUTES / 2 : null;
  return { body: JSON.stringify({ data, next }) };
}

const counts = (what: string) => ({
  source: 'http',
  path: `${what}/\${scope}`,
  search: { from: '${start_ms}' },
  rows: '$.data[*]',
  time: '$.t',
  value: '$.count',
  next: { at: '$.next', into: 'search.page' },
});

test('a healthy canary passes, a faulty one fails, and a refused token is a failure', async () => {
  const api = await startStubServer(statistics);
  const account = (name: string, token: string) =>
    `{name: ${name}, source: http, url: '${api.url}/stats', auth: {type: bearer, token: 'env:${token}'}}`;
  const service = await startTestService({
    CANARY_ACCOUNTS: `[${account('right', 'RIGHT')}, ${account('wrong', 'WRONG')}]`,
    RIGHT: 'token-of-the-api',
    WRONG: 'wrong-token-that-must-stay-hidden',
  });
  const judge = async (version: string, account = 'right'): Promise<AnalysisView> => {
    const errors = {
      name: 'errors',
      kind: 'count',
      query: counts('errors'),
      exposure: counts('requests'),
      direction: 'increase',
      critical: true,
      account,
    };
    const accepted = await service.call('post', '/api/v1/analyses', {
      body: {
        config: { name: 'shop', metrics: [errors] },
        baseline: { scope: 'v1' },
        canary: { scope: version },
        window: {
          start: new Date(START).toISOString(),
          end: new Date(START + MINUTES * 60_000).toISOString(),
          step: '60s',
        },
      },
    });
    assert.equal(accepted.status, 202, accepted.text);
    return (await service.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`)).body;
  };
  try {
    const healthy = await judge('v2');
    assert.equal(healthy.verdict, 'pass', healthy.reason);
    const faulty = await judge('v3');
    assert.equal(faulty.verdict, 'fail', faulty.reason);
    const refused = await judge('v2', 'wrong');
    assert.equal(refused.verdict, undefined);
    assert.match(JSON.stringify(refused), /source \\"wrong\\" answered 401/);
    assert.doesNotMatch(service.log.join('') + JSON.stringify(refused), /must-stay-hidden/);
  } finally {
    await service.close();
    await api.close();
  }
});
