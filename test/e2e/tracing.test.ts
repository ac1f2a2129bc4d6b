// One trace from the request through the job, in another process, to the webhook, as the SDK of examples/monitoring sends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING } from '../support/postgres.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { startTestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';
import { inlineRequest } from './requests.ts';

const TRACING = fileURLToPath(new URL('../../examples/monitoring/tracing.mjs', import.meta.url));
const CALLER = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Record<string, string | number>;
  failed: boolean;
}

type Given = Omit<Span, 'attributes' | 'failed'> & {
  attributes: { key: string; value: Record<string, string | number> }[];
  status: { code: number };
};

function spansOf(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: { scopeSpans: { spans: Given[] }[] }[];
  };
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ attributes, status, ...span }) => ({
      ...span,
      attributes: Object.fromEntries(
        attributes.map(({ key, value }) => [key, Object.values(value)[0]!]),
      ),
      failed: status.code === 2,
    }));
}

test(
  'spans lead from the request through the look of a worker to the webhook',
  { skip: POSTGRES_MISSING || REDIS_MISSING },
  async (context) => {
    const directory = temporaryDirectory();
    context.after(() => directory[Symbol.dispose]());
    const collector = await startWebhookReceiver();
    context.after(() => collector.close());
    const receiver = await startWebhookReceiver();
    context.after(() => receiver.close());
    receiver.answerWith(() => ({ status: receiver.requests.length === 1 ? 503 : 200 }));
    const env = {
      ...settingsOf(await startEngines(context), directory.path),
      NODE_OPTIONS: `--import=${TRACING}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    };
    const [api] = await startParts(context, directory.path, [
      [['serve', '--no-worker'], { ...env, OTEL_SERVICE_NAME: 'api' }],
      [['worker'], { ...env, OTEL_SERVICE_NAME: 'worker' }],
    ]);
    const callback = { url: `${receiver.url}/hook`, events: ['analysis.completed'] };
    const answer = await fetch(`${api!.process.url}/api/v1/analyses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${CALLER.trace}-${CALLER.span}-01`,
      },
      body: JSON.stringify(inlineRequest('fail', { callbacks: [callback] })),
    });
    assert.equal(answer.status, 202);
    const [first, second] = await receiver.waitForRequests(2);

    const seen = () =>
      collector.requests
        .flatMap(({ body }) => spansOf(body))
        .filter(({ traceId }) => traceId === CALLER.trace);
    await until(
      'the spans of both deliveries have arrived',
      () => seen().filter(({ name }) => name === 'deliver').length === 2,
    );
    const spans = seen();
    const one = (name: string) => {
      const [found, ...others] = spans.filter((span) => span.name === name);
      assert.ok(found, `${name} is among ${spans.map((span) => span.name).join(', ')}`);
      assert.deepEqual(others, []);
      return found;
    };
    const request = one('POST /api/v1/analyses');
    assert.equal(request.parentSpanId, CALLER.span);
    assert.equal(request.attributes['http.response.status_code'], 202);
    const look = one('look');
    assert.equal(look.parentSpanId, request.spanId);
    assert.equal(look.attributes['canary.verdict'], 'fail');
    assert.equal(one('judge').parentSpanId, look.spanId);
    const queries = spans.filter(({ name }) => name === 'query inline');
    assert.equal(queries.length, 6);
    assert.ok(queries.every(({ parentSpanId }) => parentSpanId === look.spanId));

    const deliveries = spans.filter(({ name }) => name === 'deliver');
    assert.ok(deliveries.every(({ parentSpanId }) => parentSpanId === look.spanId));
    assert.deepEqual(
      deliveries.map(({ attributes, failed }) => [
        attributes['http.response.status_code'],
        attributes['error.type'],
        failed,
      ]),
      [
        [503, '503', true],
        [200, undefined, false],
      ],
    );
    assert.deepEqual(
      [first, second].map((sent) => sent?.headers['traceparent']),
      deliveries.map(({ spanId }) => `00-${CALLER.trace}-${spanId}-01`),
    );
  },
);

test('without an SDK nothing is traced, and a receiver is told of no span', async (context) => {
  const receiver = await startWebhookReceiver();
  context.after(() => receiver.close());
  const service = await startTestService();
  context.after(() => service.close());
  const callback = { url: `${receiver.url}/hook`, events: ['analysis.completed'] };
  const { status } = await service.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { callbacks: [callback] }),
  });
  assert.equal(status, 202);
  const [sent] = await receiver.waitForRequests(1);
  assert.equal(sent?.headers['traceparent'], undefined);
});
