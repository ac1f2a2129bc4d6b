// The main job with a server of one kind, from the account to the verdict: a healthy canary, and a faulty one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import type { AnalysisView } from '../requests.ts';
import { END, servedIn, START, STEPS, VERSIONS } from './served.ts';

export interface FilledServer {
  /** The account, without its name. */
  account: object;
  /** The same with credentials that the server refuses. */
  refused?: object;
  env?: Record<string, string>;
  stop(): Promise<void>;
}

export interface JudgedSource {
  /** Why this server cannot be started, or false. */
  skip: string | false;
  /** Starts a real server that knows what was served. */
  start(): Promise<FilledServer>;
  /** Counts in each step, and the mean or a quantile of the latency. */
  errors: SourceQuery;
  requests: SourceQuery;
  latency: SourceQuery;
  /** Values stand at instants, cover the step before them, and are counts but for this share. */
  instants?: { tolerance: number };
  /** A metric that the server lists, where it can. */
  lists?: string;
  /** What is told where the server refuses credentials. */
  refuses?: RegExp;
}

/** The tests of one kind of server, by the name that docs/reference/sources.md gives it. */
export function testJudged(name: string, source: JudgedSource): void {
  describe(name, { skip: source.skip }, () => {
    let server: FilledServer | undefined;
    let service: TestService;

    before(async () => {
      server = await source.start();
      const accounts = [{ name: 'real', ...server.account }];
      if (server.refused !== undefined) accounts.push({ name: 'refused', ...server.refused });
      service = await startTestService({
        CANARY_ACCOUNTS: JSON.stringify(accounts),
        ...server.env,
      });
    });
    after(async () => {
      await service?.close();
      await server?.stop();
    });

    const judge = async (version: string, account = 'real'): Promise<AnalysisView> => {
      const accepted = await service.call('post', '/api/v1/analyses', {
        body: requestOf(source, version, account),
      });
      assert.equal(accepted.status, 202, accepted.text);
      return (await service.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`)).body;
    };

    test(`${name}: a healthy canary passes, and its counts are what was served`, async () => {
      const analysis = await judge(VERSIONS.healthy);
      assert.equal(analysis.verdict, 'pass', tell(analysis));
      const { body } = await service.call('get', `/api/v1/analyses/${analysis.id}/pairs`);
      assertServed(body.pairs, source);
    });

    test(`${name}: a faulty canary fails, in the metrics that show it`, async () => {
      const analysis = await judge(VERSIONS.faulty);
      assert.equal(analysis.verdict, 'fail', tell(analysis));
      const { metrics } = analysis.judgement!;
      assert.deepEqual(
        metrics.map(({ metric, classification }) => [metric, classification]),
        [
          ['errors', 'High'],
          ['latency', 'High'],
        ],
      );
      assert.match(analysis.reason!, /errors/);
    });

    test(`${name}: the account answers`, async () => {
      const check = await service.call('post', '/api/v1/accounts/real/check');
      assert.deepEqual([check.status, check.body.well], [200, true], check.text);
      if (source.lists === undefined) return;
      const listed = await service.call('get', '/api/v1/accounts/real/metrics?limit=20000');
      assert.equal(listed.status, 200, listed.text);
      assert.ok(listed.body.items.includes(source.lists), listed.text);
    });

    const { refuses: says } = source;
    if (says === undefined) return;
    test(`${name}: refused credentials are told, and never a verdict`, async () => {
      const check = await service.call('post', '/api/v1/accounts/refused/check');
      assert.match(String(check.body.trouble), says);
      const analysis = await judge(VERSIONS.healthy, 'refused');
      assert.deepEqual([analysis.state, analysis.verdict], ['failed', undefined], tell(analysis));
      assert.match(analysis.failure!.message, says);
      const told = service.log.join('') + JSON.stringify([check.body, analysis]);
      for (const secret of Object.values(server?.env ?? {})) assert.ok(!told.includes(secret));
    });
  });
}

function requestOf({ errors, requests, latency }: JudgedSource, version: string, account: string) {
  const metrics = [
    { name: 'errors', kind: 'count', query: errors, exposure: requests, critical: true },
    { name: 'latency', query: latency, unit: 's' },
  ];
  return {
    config: {
      name: 'shop',
      metrics: metrics.map((metric) => ({ ...metric, direction: 'increase', account })),
    },
    baseline: { scope: VERSIONS.baseline },
    canary: { scope: version },
    window: {
      start: new Date(START).toISOString(),
      end: new Date(END).toISOString(),
      step: '60s',
    },
  };
}

interface Pair {
  metric: string;
  baseline: { start: string; values: (number | null)[] };
}

/** Whatever time the buckets cover, what was counted in it is what happened in it. */
function assertServed(pairs: Pair[], { instants }: JudgedSource): void {
  const errors = pairs.find(({ metric }) => metric === 'errors');
  assert.ok(errors !== undefined);
  const { start, values } = errors.baseline;
  assert.ok(values.length >= STEPS - 1, `${values.length} steps`);
  const from = Date.parse(start) - (instants === undefined ? 0 : 60_000);
  const truth = values.map(
    (_, step) =>
      servedIn(VERSIONS.baseline, from + step * 60_000, from + (step + 1) * 60_000).filter(
        ({ status }) => status === 500,
      ).length,
  );
  if (instants === undefined) return assert.deepEqual(values, truth);
  const total = (all: (number | null)[]) => all.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const share = total(values) / total(truth) - 1;
  assert.ok(
    Math.abs(share) <= instants.tolerance,
    `${share} of ${total(truth)} away from the truth`,
  );
}

function tell({ reason, failure, judgement }: AnalysisView): string {
  return JSON.stringify({ reason, failure, metrics: judgement?.metrics }).slice(0, 3000);
}
