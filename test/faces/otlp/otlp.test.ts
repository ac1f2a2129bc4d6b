// What the OTLP face takes, drops and refuses: both encodings, hostile bodies, and what is kept through a kill.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { decodeMetrics } from '../../../src/faces/otlp/protobuf.ts';
import { startServe } from '../../support/process.ts';
import { OPERATOR, startTestService, until, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const MAX_BODY_BYTES = 200_000;
const HEADERS = { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` };
let service: TestService;
before(async () => {
  service = await startTestService({
    ...OPERATOR,
    CANARY_SERVER_MAX_BODY_BYTES: String(MAX_BODY_BYTES),
  });
  await submit(service.url);
});
after(() => service.close());

const REQUEST = {
  config: {
    name: 'pushed',
    judge: 'NetflixACAJudge-v1.0',
    metrics: [
      { name: 'requests', query: { source: 'push', count: 'requests' }, direction: 'decrease' },
      {
        name: 'latency',
        query: { source: 'push', histogram: 'latency', quantile: 0.5 },
        direction: 'increase',
      },
    ],
  },
  baseline: { scope: 'v1' },
  canary: { scope: 'v2' },
};

async function submit(url: string, window: object = { duration: '10m', step: '1s' }) {
  const answer = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify({ ...REQUEST, window }),
  });
  const body = (await answer.json()) as { id: string };
  assert.equal(answer.status, 202, JSON.stringify(body));
  return body.id;
}

const nanoseconds = (at: number) => `${Math.floor(at)}000000`;

function exported(metric: object, version = 'v1', instance = 'one') {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const attributes = [
    attribute('service.version', version),
    attribute('service.instance.id', instance),
  ];
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [metric] }] }] };
}

const sum = (point: object, more: object = {}) => ({
  name: 'requests',
  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point], ...more },
});

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  more: Record<string, string> = {},
) {
  const headers = { ...HEADERS, 'content-type': type, ...more };
  const answer = await fetch(`${service.url}/v1/metrics`, { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

const sendJson = (message: unknown) => send(JSON.stringify(message));

test('what is asked for is kept, numbers as texts or as numbers, plain or gzip', async () => {
  const timeUnixNano = nanoseconds(Date.now());
  for (const asInt of ['12', 13]) {
    const { status, text } = await sendJson(exported(sum({ timeUnixNano, asInt })));
    assert.deepEqual([status, text], [200, '{}']);
  }
  const zipped = gzipSync(JSON.stringify(exported(sum({ timeUnixNano, asDouble: 14 }))));
  const { status, text } = await send(zipped, 'application/json', { 'content-encoding': 'gzip' });
  assert.deepEqual([status, text], [200, '{}']);
});

test('what cannot be judged is refused by its name and why, and the rest is kept', async () => {
  const timeUnixNano = nanoseconds(Date.now());
  const refused: [object, RegExp][] = [
    [{ name: 'requests', summary: { dataPoints: [{}] } }, /"requests" is a summary/],
    [sum({ timeUnixNano, asInt: -1 }), /negative count/],
    [sum({ timeUnixNano, asDouble: 'NaN' }), /no finite number/],
    [sum({ timeUnixNano }), /no finite number/],
    [sum({ asInt: 1 }), /without a time/],
    [sum({ timeUnixNano: 'soon', asInt: 1 }), /without a time/],
    [sum({ timeUnixNano: nanoseconds(Date.now() + 300_000), asInt: 1 }), /has not come yet/],
    [sum({ timeUnixNano, asInt: 1 }, { aggregationTemporality: 0 }), /no aggregation temporality/],
    [
      sum({ timeUnixNano, asInt: 1 }, { aggregationTemporality: 1, isMonotonic: false }),
      /up and down/,
    ],
    [
      sum({ timeUnixNano, asInt: 1, attributes: [{ key: 'a', value: { kvlistValue: {} } }] }),
      /attribute "a"/,
    ],
    [
      sum({
        timeUnixNano,
        asInt: 1,
        attributes: [{ key: 'a', value: { stringValue: 'x'.repeat(2000) } }],
      }),
      /more than 1024 characters/,
    ],
    ...[
      { bucketCounts: [1, 2], explicitBounds: [1, 2] },
      { bucketCounts: [1, -2, 3], explicitBounds: [1, 2] },
      { bucketCounts: [1, 2, 3], explicitBounds: [2, 1] },
      { bucketCounts: Array.from({ length: 2000 }, () => 1), explicitBounds: [] },
    ].map((point): [object, RegExp] => [
      {
        name: 'latency',
        histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano, ...point }] },
      },
      /^metric "latency" has a/,
    ]),
    [
      {
        name: 'latency',
        exponentialHistogram: {
          aggregationTemporality: 1,
          dataPoints: [{ timeUnixNano, scale: 1e6, positive: { bucketCounts: [1] } }],
        },
      },
      /scale is not one of/,
    ],
  ];
  for (const [metric, why] of refused) {
    const { status, text } = await sendJson(exported(metric));
    const { partialSuccess } = JSON.parse(text) as {
      partialSuccess?: { rejectedDataPoints: string; errorMessage: string };
    };
    assert.equal(status, 200);
    assert.equal(partialSuccess?.rejectedDataPoints, '1', JSON.stringify(metric).slice(0, 300));
    assert.match(partialSuccess.errorMessage, why);
  }
});

test('bodies of any shape are answered, never with a 500', async () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  const bodies = [
    '',
    '{',
    '[]',
    'null',
    deep,
    `{"resourceMetrics":${deep}}`,
    '{"resourceMetrics":{}}',
    '{"resourceMetrics":[1]}',
    '{"resourceMetrics":[{"scopeMetrics":7}]}',
    JSON.stringify(exported({ name: 'requests', sum: { dataPoints: {} } })),
    JSON.stringify(exported(sum(7 as never))),
  ];
  for (const body of bodies) {
    const { status, text } = await send(body);
    assert.equal(status, 400, `${body.slice(0, 60)}: ${text}`);
    const { code, message } = JSON.parse(text) as { code: number; message: string };
    assert.equal(code, 3);
    assert.ok(message.length > 10);
  }
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const zip = { 'content-encoding': 'gzip' };
  assert.equal((await send(bomb, 'application/json', zip)).status, 413);
  assert.equal((await send('x', 'application/json', zip)).status, 400);
  assert.equal((await send('x', 'application/json', { 'content-encoding': 'br' })).status, 415);
  assert.equal((await send('x'.repeat(MAX_BODY_BYTES + 1))).status, 413);
  assert.match(
    (await send('x', 'text/plain')).text,
    /send application\/json or application\/x-pro/,
  );
  const anything = fc.jsonValue({ maxDepth: 4 });
  const lists = fc.record({
    resourceMetrics: fc.array(fc.record({ resource: anything, scopeMetrics: anything })),
  });
  const metric = fc
    .constantFrom('gauge', 'sum', 'histogram', 'exponentialHistogram')
    .chain((kind) =>
      fc
        .record({
          dataPoints: fc.array(
            fc.dictionary(
              fc.constantFrom(
                'timeUnixNano',
                'asInt',
                'count',
                'bucketCounts',
                'scale',
                'attributes',
              ),
              anything,
            ),
          ),
          aggregationTemporality: fc.constantFrom(1, 2),
        })
        .map((data) => exported({ name: 'requests', [kind]: data })),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, lists, metric), async (message) => {
      assert.ok([200, 400].includes((await sendJson(message)).status));
    }),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const { status } = await send(Buffer.from(bytes), 'application/x-protobuf');
      assert.ok([200, 400].includes(status));
    }),
    { numRuns: 60 },
  );
});

test('protobuf is read as the JSON mapping has it, and answered as protobuf', async () => {
  const any = fc.record({
    text: fc.string(),
    count: fc.bigInt({ min: 0n, max: 2n ** 60n }),
    double: fc.double({ noNaN: true }),
    counts: fc.array(fc.bigInt({ min: 0n, max: 2n ** 40n }), { maxLength: 5 }),
    scale: fc.integer({ min: -10, max: 20 }),
    offset: fc.integer({ min: -1000, max: 1000 }),
  });
  fc.assert(
    fc.property(any, ({ text, count, double, counts, scale, offset }) => {
      const inside =
        (number: number, write: (writer: BinaryWriter) => void) => (to: BinaryWriter) => {
          write(to.tag(number, WireType.LengthDelimited).fork());
          to.join();
        };
      const point = inside(1, (to) => {
        to.tag(3, WireType.Bit64).fixed64(count);
        to.tag(6, WireType.Varint).sint32(scale);
        to.tag(99, WireType.LengthDelimited).string('a field of tomorrow');
        inside(8, (buckets) => {
          buckets.tag(1, WireType.Varint).sint32(offset);
          buckets.tag(2, WireType.LengthDelimited).fork();
          for (const one of counts) buckets.uint64(one);
          buckets.join();
        })(to);
        inside(1, (attribute) => {
          attribute.tag(1, WireType.LengthDelimited).string(text);
          inside(2, (value) => void value.tag(4, WireType.Bit64).double(double))(attribute);
        })(to);
      });
      const writer = new BinaryWriter();
      inside(
        1,
        inside(
          2,
          inside(2, (metric) => {
            metric.tag(1, WireType.LengthDelimited).string(text);
            inside(10, (data) => {
              point(data);
              data.tag(2, WireType.Varint).uint32(2);
            })(metric);
          }),
        ),
      )(writer);
      const dataPoint = {
        timeUnixNano: String(count),
        scale,
        positive: {
          offset,
          ...(counts.length === 0 ? { bucketCounts: [] } : { bucketCounts: counts.map(String) }),
        },
        attributes: [{ key: text, value: { doubleValue: double } }],
      };
      const exponentialHistogram = { dataPoints: [dataPoint], aggregationTemporality: 2 };
      assert.deepEqual(decodeMetrics(writer.finish()), {
        resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: text, exponentialHistogram }] }] }],
      });
    }),
    { numRuns: 100 },
  );
  const { status, headers, text } = await send(new Uint8Array(), 'application/x-protobuf');
  assert.deepEqual(
    [status, headers.get('content-type'), text],
    [200, 'application/x-protobuf', ''],
  );
});

test('what was acknowledged is judged after a kill', async () => {
  using home = temporaryDirectory();
  const first = await startServe(home.path, OPERATOR);
  const startAt = Math.floor(Date.now() / 1000) * 1000 - 12_000;
  const start = new Date(startAt).toISOString();
  const id = await submit(first.url, { start, duration: '30m', step: '1s' });
  for (let second = 0; second < 12; second++)
    for (const version of ['v1', 'v2']) {
      const point = {
        timeUnixNano: nanoseconds(startAt + second * 1000 + 500),
        startTimeUnixNano: nanoseconds(startAt),
        asInt: String(100 * (second + 1) + (second % 7)),
      };
      const answer = await fetch(`${first.url}/v1/metrics`, {
        method: 'POST',
        headers: { ...HEADERS, 'content-type': 'application/json' },
        body: JSON.stringify(exported(sum(point), version)),
      });
      assert.equal(answer.status, 200);
    }
  await first.end('SIGKILL');
  const second = await startServe(home.path, OPERATOR);
  try {
    const json = { ...HEADERS, 'content-type': 'application/json' };
    await fetch(`${second.url}/api/v1/analyses/${id}/conclude`, { method: 'POST', headers: json });
    const ended = await until(async () => {
      const answer = await fetch(`${second.url}/api/v1/analyses/${id}?wait=20s`, {
        headers: HEADERS,
      });
      const body = (await answer.json()) as { state: string };
      return body.state === 'completed' ? body : undefined;
    });
    const answer = await fetch(`${second.url}/api/v1/analyses/${id}/pairs`, { headers: HEADERS });
    const { pairs } = (await answer.json()) as {
      pairs: { metric: string; canary: { values: (number | null)[] } }[];
    };
    const { canary } = pairs.find(({ metric }) => metric === 'requests')!;
    assert.ok(canary.values.length >= 11, JSON.stringify(ended));
    assert.deepEqual(canary.values.slice(0, 8), [100, 101, 101, 101, 101, 101, 101, 94]);
  } finally {
    await second.end('SIGKILL');
  }
});
