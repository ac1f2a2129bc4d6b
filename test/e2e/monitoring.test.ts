// The dashboard and the alerts of examples/monitoring, at a Prometheus that reads a service which has judged.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { readFigures } from '../support/figures.ts';
import { until } from '../support/poll.ts';
import { PROMETHEUS_SKIP, startScrapingPrometheus } from '../support/prometheus.ts';
import { startTestService } from '../support/service.ts';
import { inlineRequest } from './requests.ts';

const FOLDER = new URL('../../examples/monitoring/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

interface Dashboard {
  panels: { id: number; title: string; targets?: { expr: string; refId: string }[] }[];
}
interface Rules {
  groups: { rules: { alert: string; expr: string }[] }[];
}

const DASHBOARD = JSON.parse(read('dashboard.json')) as Dashboard;
/** By the panel or the alert that asks, as Grafana would send it. */
const EXPRESSIONS = [
  ...DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [title, filled(expr)] as const),
  ),
  ...(parse(read('alerts.yaml')) as Rules).groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => [alert, expr] as const),
  ),
];

function filled(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*');
}

/** Names that an expression selects; a histogram by its own. */
function namesOf(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'Identifier')
        names.push(expr.slice(from, to).replace(/_(bucket|count|sum)$/, ''));
    },
  });
  return names;
}

test(
  'promtool passes the alert rules and what they are tested for',
  { skip: PROMETHEUS_SKIP },
  () => {
    for (const args of [
      ['check', 'rules', 'alerts.yaml'],
      ['test', 'rules', 'alerts.test.yaml'],
    ]) {
      const said = execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' });
      assert.match(said, /SUCCESS/);
    }
  },
);

test('panels have ids and places of their own', () => {
  const ids = DASHBOARD.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(EXPRESSIONS.length > 25, String(EXPRESSIONS.length));
});

test(
  'each figure they name is served, and a Prometheus answers each query',
  { skip: PROMETHEUS_SKIP },
  async (context) => {
    const service = await startTestService();
    context.after(() => service.close());
    const started = await service.call('post', '/api/v1/analyses', { body: inlineRequest('pass') });
    const { id } = started.body as { id: string };
    await service.call('get', `/api/v1/analyses/${id}?wait=30s`);
    const served = readFigures((await service.call('get', '/metrics')).text);
    for (const [who, expr] of EXPRESSIONS) {
      const names = namesOf(expr);
      assert.ok(names.length > 0, `${who} names nothing: ${expr}`);
      for (const name of names) assert.ok(name === 'up' || served.has(name), `${who}: ${name}`);
    }
    const prometheus = await startScrapingPrometheus(new URL(service.url).host);
    context.after(() => prometheus.stop());
    const ask = async (expr: string) => {
      const query = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expr)}`;
      return (await (await fetch(query)).json()) as {
        status: string;
        error?: string;
        data: { result: unknown[] };
      };
    };
    const isScrapedTwice = 'count_over_time(canary_analyses_total{verdict="pass"}[1m]) > 1';
    await until('Prometheus has read the service', async () => {
      return (await ask(isScrapedTwice)).data.result.length > 0;
    });
    for (const [who, expr] of EXPRESSIONS) {
      const { status, error } = await ask(expr);
      assert.equal(status, 'success', `${who}: ${error}: ${expr}`);
    }
    // what is at rest is told all the same
    const { data } = await ask(filled('max by (queue, state) (canary_queue_jobs{job=~"$job"})'));
    assert.equal(data.result.length, 6);
  },
);
