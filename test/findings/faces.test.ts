// Each finding once through the API, the webhook and the command line; the data come from a server of metrics.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FINDING_CODES, type FindingCode } from '../../src/model/finding.ts';
import type { components } from '../../src/openapi.d.ts';
import { runCanary } from '../support/canary.ts';
import { startTestService, until, type TestService } from '../support/service.ts';
import { startStubServer, type StubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { wave } from './situations.ts';

type Schemas = components['schemas'];
type Series = { labels?: Record<string, string>; values: (number | null | 'Infinity')[] };
type Answer = { series: Series[]; more?: object };

const START = Date.parse('2026-01-15T10:00:00Z') / 1000;
const BASE = wave(100, 1);
const FINE = wave(100, 2);
const plain = (values: Series['values']): Answer => ({ series: [{ values }] });
const zeros = BASE.map(() => 0);

/** What the server of metrics answers for a name, by side. */
const ANSWERS: Record<string, [baseline: Answer, canary: Answer]> = {
  stops: [plain(BASE), plain(FINE.map((value, i) => (i < 12 ? value : null)))],
  nothing: [plain(BASE), { series: [] }],
  nobody: [{ series: [] }, { series: [] }],
  holes: [plain(BASE), plain(FINE.map((value, i) => (i % 2 === 0 ? value : null)))],
  apart: [
    { series: [{ labels: { pod: 'a' }, values: BASE }] },
    { series: [{ labels: { pod: 'b' }, values: FINE }] },
  ],
  some: [
    { series: [{ labels: { pod: 'a' }, values: BASE }] },
    {
      series: ['a', 'b'].map((pod) => ({ labels: { pod }, values: FINE })),
    },
  ],
  infinite: [plain(BASE), plain(FINE.map((value, i) => (i === 9 ? 'Infinity' : value)))],
  counter: [plain(BASE.map((_, i) => 1000 + i)), plain(BASE.map((_, i) => 10 + (i % 30)))],
  rises: [plain(zeros), plain(zeros.map((zero, i) => (i % 10 === 3 ? 1 : zero)))],
  made: [plain(BASE), plain(zeros)],
  same: [plain(BASE), plain(BASE)],
  fine: [plain(BASE), plain(FINE)],
  repeats: [
    plain(BASE.map((_, i) => BASE[i - (i % 3)]!)),
    plain(FINE.map((_, i) => FINE[i - (i % 3)]!)),
  ],
  partial: [plain(BASE), { ...plain(FINE), more: { isPartial: true } }],
  warned: [plain(BASE), { ...plain(FINE), more: { warnings: ['PromQL warning: an odd query'] } }],
  events: [plain(BASE), plain(FINE)],
  hits: [plain(BASE.map(() => 950)), plain(BASE.map(() => 50))],
  idle: [plain(BASE.map(() => 950)), plain(zeros)],
  errors: [{ series: [] }, { series: [] }],
};

let metrics: StubServer;
let receiver: WebhookReceiver;
let api: TestService;
const directory = temporaryDirectory();

before(async () => {
  metrics = await startStubServer(({ path, body }) => {
    const asked = new URLSearchParams(body === '' ? path.split('?')[1] : body);
    const [query, endAt] = [asked.get('query') ?? '', Number(asked.get('end'))];
    const [, name = '', side] = /(\w+)\{app="(\w+)"\}/.exec(query) ?? [];
    const { series, more } = ANSWERS[name]![side === 'stable' ? 0 : 1];
    const result = series.map(({ labels = {}, values }) => ({
      metric: labels,
      values: values.flatMap((value, i) =>
        value === null || START + 60 * i > endAt
          ? []
          : [[START + 60 * i, value === 'Infinity' ? '+Inf' : String(value)]],
      ),
    }));
    const data = { resultType: 'matrix', result };
    return {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'success', data, ...more }),
    };
  });
  receiver = await startWebhookReceiver();
  api = await startTestService({
    CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: "${metrics.url}"}]`,
    CANARY_OUTBOUND_SOURCES_ALLOW: '[127.0.0.0/8]',
  });
});
after(async () => {
  await api.close();
  await Promise.all([metrics.close(), receiver.close()]);
  directory[Symbol.dispose]();
});

const prom = (name: string, wrap = (text: string) => text) => ({
  source: 'prometheus' as const,
  promql: wrap(`${name}{app="\${scope}"}`),
});
const metric = (
  name: string,
  more: Partial<Schemas['MetricConfig']> = {},
): Schemas['MetricConfig'] => ({
  name,
  query: prom(name),
  ...more,
});

interface Group {
  finds: Partial<Record<FindingCode, string>>;
  metrics: Schemas['MetricConfig'][];
  config?: Partial<Schemas['CanaryConfig']>;
  /** Instead of an hour at one value a minute. */
  end?: string;
  scopes?: { baseline: string; canary: string };
}

/** Five findings an event at most. */
const GROUPS: Group[] = [
  {
    finds: {
      'silent-side': 'stops',
      'no-series': 'nothing',
      'no-data': 'nobody',
      'partial-loss': 'holes',
      'labels-differ': 'apart',
    },
    metrics: ['stops', 'nothing', 'nobody', 'holes', 'apart'].map((name) => metric(name)),
  },
  {
    finds: {
      'infinite-values': 'infinite',
      'counter-reset': 'counter',
      'partial-answer': 'partial',
      'identical-sides': 'same',
      'source-warning': 'warned',
    },
    metrics: ['infinite', 'counter', 'partial', 'same', 'warned'].map((name) => metric(name)),
  },
  {
    finds: { 'unpaired-series': 'some', 'made-up-values': 'made', 'constant-side': 'made' },
    metrics: [
      metric('some'),
      metric('made', { query: prom('made', (text) => `${text} or vector(0)`) }),
    ],
  },
  {
    finds: {
      'rise-from-zero': 'rises',
      'stale-repeats': 'repeats',
      'counted-as-zero': 'ratio',
      'sample-ratio': 'events',
    },
    config: { judgeOptions: { canaryShare: 0.5 } },
    metrics: [
      metric('rises', { direction: 'increase' }),
      metric('repeats'),
      {
        name: 'ratio',
        formula: 'errors / hits',
        queries: { errors: prom('errors'), hits: prom('hits') },
      },
      metric('events', { kind: 'count', exposure: prom('hits') }),
    ],
  },
  {
    finds: { 'no-traffic': 'events' },
    metrics: [metric('events', { kind: 'count', exposure: prom('idle') })],
  },
  {
    finds: { 'not-compared': 'fine' },
    config: { judge: 'MannWhitneyJudge-v2.0' },
    metrics: [metric('fine')],
    end: '2026-01-15T10:03:00Z',
  },
  {
    finds: { 'same-query': 'fine' },
    config: { dataPolicy: { 'same-query': 'warn' } },
    metrics: [metric('fine')],
    scopes: { baseline: 'new', canary: 'new' },
  },
];

for (const [
  index,
  {
    finds,
    metrics: judged,
    config,
    end = '2026-01-15T11:00:00Z',
    scopes = { baseline: 'stable', canary: 'new' },
  },
] of GROUPS.entries()) {
  test(`API, webhook and command line tell ${Object.keys(finds).join(', ')}`, async () => {
    const given = { name: `group-${index}`, metrics: judged, ...config };
    const { baseline, canary } = scopes;
    const url = `${receiver.url}/${index}`;
    const answer = await api.call('post', '/api/v1/analyses', {
      body: {
        config: given,
        baseline: { scope: baseline },
        canary: { scope: canary },
        window: { start: '2026-01-15T10:00:00Z', end, step: '60s' },
        callbacks: [{ url, events: ['analysis.interval_completed', 'analysis.completed'] }],
      },
    });
    assert.equal(answer.status, 202, answer.text);
    const { id } = answer.body as { id: string };
    const analysis = await api.call('get', `/api/v1/analyses/${id}?wait=20s`);
    const { judgement, decision } = analysis.body as Schemas['Analysis'];
    const told = (judgement?.findings ?? []).map(({ code, metric: name }) => `${code} ${name}`);
    for (const [code, name] of Object.entries(finds)) {
      assert.ok(told.includes(`${code} ${name}`), `${told.join()} ${judgement!.reason}`);
    }
    if (judgement!.findings.some(({ action }) => action === 'hold'))
      assert.notEqual(decision, 'promote');

    const sent = await until(async () => {
      const own = receiver.requests.filter(({ path }) => path === `/${index}`);
      return Promise.resolve(own.length === 2 ? own : undefined);
    });
    for (const { body } of sent) {
      const { data } = JSON.parse(body) as {
        data: { findings: Schemas['Finding'][]; findingCount: number; decision: string };
      };
      const inEvent = data.findings.map(({ code, metric: name }) => `${code} ${name}`);
      assert.deepEqual(inEvent, told.slice(0, 5));
      assert.equal(data.findingCount, told.length);
    }

    const page = await api.call('get', `/analyses/${id}`);
    const file = join(directory.path, `${index}.json`);
    writeFileSync(file, JSON.stringify(given));
    const run = await runCanary(
      [
        'analyze',
        '--config',
        file,
        '--baseline',
        baseline,
        '--canary',
        canary,
        '--start',
        '2026-01-15T10:00:00Z',
        '--end',
        end,
      ],
      { env: { CANARY_URL: api.url } },
    );
    for (const { sentence, remedy } of judgement!.findings) {
      assert.ok(
        run.stdout.includes(`: ${sentence}`) && run.stdout.includes(remedy),
        run.stdout + run.stderr,
      );
      assert.ok(page.text.includes('What the data say'), 'the report tells them');
    }
  });
}

test('every finding passes through every face', () => {
  const told = new Set(GROUPS.flatMap(({ finds }) => Object.keys(finds)));
  // no server of metrics answers with another step than it was asked for
  assert.deepEqual(
    FINDING_CODES.filter((code) => !told.has(code)),
    ['coarse-step'],
  );
});

test('a step coarser than asked is told', async () => {
  const answer = await api.call('post', '/api/v1/analyses', {
    body: {
      config: { name: 'coarse', metrics: [{ name: 'm', query: { source: 'inline' } }] },
      baseline: { scope: 'stable' },
      canary: { scope: 'new' },
      window: { start: '2026-01-15T10:00:00Z', end: '2026-01-15T11:00:00Z', step: '10s' },
      pairs: [
        { metric: 'm', start: '2026-01-15T10:00:00Z', step: '60s', baseline: BASE, canary: FINE },
      ],
    },
  });
  const { id } = answer.body as { id: string };
  const analysis = await api.call('get', `/api/v1/analyses/${id}?wait=20s`);
  const { judgement } = analysis.body as Schemas['Analysis'];
  assert.match(
    judgement!.findings[0]!.sentence,
    /has a value every 1 min, asked was one every 10 s/,
  );
});

test('a canary that would be compared with itself is refused', async () => {
  const body = (promql: string, canary: string) => ({
    config: { name: 'itself', metrics: [{ name: 'm', query: { source: 'prometheus', promql } }] },
    baseline: { scope: 'stable' },
    canary: { scope: canary },
    window: { start: '2026-01-15T10:00:00Z', end: '2026-01-15T11:00:00Z' },
  });
  for (const [promql, canary, why] of [
    ['fine{app="${scope}"}', 'stable', /both sides are "stable"/],
    ['fine{app="new"}', 'new', /does not name `\$\{scope\}`/],
  ] as const) {
    const answer = await api.call('post', '/api/v1/analyses', { body: body(promql, canary) });
    assert.equal(answer.status, 400, answer.text);
    assert.match((answer.body as { detail: string }).detail, why);
  }
});
