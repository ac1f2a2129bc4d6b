import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest, tellSteps } from '../read-text.ts';

const CSV = 'metric_name,timestamp,metric_value,check,error,status';
const STEPS = [
  { requests: 2, errors: 1, p50: 40.5, p95: 120, slow: 1 },
  { requests: 1, errors: 0, p50: 60, p95: 60, slow: 0 },
];

test('CSV of k6: durations are requests, failures are counted beside them, other metrics are passed over', async () => {
  const text = [
    CSV,
    'http_reqs,1768471200,1,,,200',
    'http_req_duration,1768471200,40.500000,,,200',
    'http_req_failed,1768471200,0.000000,,,200',
    'http_req_duration,1768471200,120.000000,,,500',
    'http_req_failed,1768471200,1.000000,,,500',
    'http_req_waiting,1768471200,9,,,200',
    'http_req_duration,1768471201,60.000000,,,200',
    'vus,1768471201,3,,,',
  ].join('\n');
  assert.deepEqual(tellSteps(await readTest(text)), STEPS);
});

test('JSON of k6: points with times to the nanosecond in any zone', async () => {
  const point = (metric: string, time: string, value: number) =>
    JSON.stringify({ metric, type: 'Point', data: { time, value, tags: { status: '200' } } });
  const text = [
    '{"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}',
    point('http_req_duration', '2026-01-15T12:00:00.100000001+02:00', 40.5),
    point('http_req_failed', '2026-01-15T12:00:00.100000001+02:00', 0),
    point('http_req_duration', '2026-01-15T10:00:00.2Z', 120),
    point('http_req_failed', '2026-01-15T10:00:00.2Z', 1),
    point('vus', '2026-01-15T10:00:00.2Z', 3),
    point('http_req_duration', '2026-01-15T10:00:01.3Z', 60),
  ].join('\n');
  assert.deepEqual(tellSteps(await readTest(text)), STEPS);
});

for (const [name, text, message] of [
  [
    'a test without HTTP',
    `${CSV}\ngrpc_req_duration,1768471200,4,,,`,
    /^has no http_req_duration: .* the file has grpc_req_duration/,
  ],
  ['a time that is none', `${CSV}\nhttp_req_duration,noon,4,,,`, /^line 2 has the time "noon"/],
  [
    'JSON that was cut off',
    '{"type":"Metric","metric":"http_req_duration"}\n{"metric":"http_req_duration","type":"Po',
    /^line 2 is no JSON; was the file cut off/,
  ],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(text), { code: 'invalid-request', message });
  });
}
