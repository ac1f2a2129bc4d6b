// The first hour on a VictoriaMetrics: its counts are of one step, as the account that is written says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseDuration } from '../../../src/model/time/duration.ts';
import { runCanary } from '../../support/canary.ts';
import { rolloutHistory } from '../../support/rollout-history.ts';
import { startTestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startVictoriaMetrics, VICTORIA_METRICS_SKIP } from '../../support/victoria-metrics.ts';

const SCRAPE_MS = 15_000;

test(
  'init knows a VictoriaMetrics, and its counts are those of one step',
  { skip: VICTORIA_METRICS_SKIP },
  async (context) => {
    using directory = temporaryDirectory();
    const endAt = Math.floor(Date.now() / SCRAPE_MS) * SCRAPE_MS;
    const history = rolloutHistory(endAt)
      .filter(({ name }) => name.startsWith('istio'))
      .flatMap(({ name, samples }) =>
        samples.map(({ suffix, labels, at, value }) => {
          const own = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
          return [`${name}${suffix}{${own.join(',')}}`, at, value] as [string, number, number];
        }),
      );
    const server = await startVictoriaMetrics(history);
    context.after(() => server.stop());
    const args = ['init', '--prometheus', server.url, '--scope', 'app=checkout', '--yes'];
    const written = await runCanary(args, { cwd: directory.path });
    assert.equal(written.code, 0, written.stderr);
    assert.match(written.stderr, /a VictoriaMetrics/);
    const read = (file: string) => readFileSync(join(directory.path, file), 'utf8');
    const { accounts } = parse(read('canary.service.yaml')) as { accounts: object[] };
    assert.deepEqual(accounts, [
      { name: 'prometheus', source: 'prometheus', url: server.url, scrapeInterval: '0s' },
    ]);

    const api = await startTestService({ CANARY_ACCOUNTS: JSON.stringify(accounts) });
    context.after(() => api.close());
    const { baseline, canary, window } = parse(read('canary.request.yaml')) as Record<
      string,
      object
    >;
    const end = new Date(endAt - SCRAPE_MS).toISOString();
    const body = { config: parse(read('canary.yaml')), baseline, canary };
    const times = { start: new Date(endAt - 3_600_000).toISOString(), end };
    const { step } = window as { step: string };
    const submitted = await api.call('post', '/api/v1/analyses', {
      body: { ...body, window: { ...times, step } },
    });
    assert.equal(submitted.status, 202, submitted.text);
    const { body: ended } = await api.call('get', `/api/v1/analyses/${submitted.body.id}?wait=60s`);
    assert.match(String(ended.verdict), /^(pass|undecided)$/, String(ended.reason));
    const { queries } = ended as { queries: { query: string }[] };
    const windows = queries.flatMap(
      ({ query }) => query.match(/(?<=increase\(.*\[)\w+(?=\])/g) ?? [],
    );
    assert.ok(windows.length > 0);
    for (const one of windows) assert.equal(parseDuration(one), parseDuration(step));
  },
);
