import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest, tellSteps } from '../read-text.ts';

const STEPS = [
  { requests: 4, errors: 2, p50: 40, p95: 120, slow: 1 },
  { requests: 1, errors: 0, p50: 60, p95: 60, slow: 0 },
];

test('JSON of vegeta: an error is a status out of 200 to 399, or no answer at all', async () => {
  const result = (timestamp: string, code: number, ms: number, error = '') =>
    JSON.stringify({
      attack: '',
      seq: 1,
      code,
      timestamp,
      latency: ms * 1e6,
      error,
      method: 'GET',
    });
  const text = [
    result('2026-01-15T10:00:00.1Z', 200, 40),
    result('2026-01-15T10:00:00.2Z', 302, 10),
    result('2026-01-15T10:00:00.3Z', 503, 120),
    result('2026-01-15T10:00:00.4Z', 0, 90, 'connection refused'),
    result('2026-01-15T10:00:01.2Z', 200, 60),
  ].join('\n');
  assert.deepEqual(tellSteps(await readTest(text)), STEPS);
});

test('CSV of vegeta: no header, nanoseconds', async () => {
  const at = (ms: number) => `${1768471200000 + ms}000000`;
  const text = [
    `${at(100)},200,40000000,0,2,,b2s=,,0,GET,http://x/,`,
    `${at(200)},302,10000000,0,2,,b2s=,,1,GET,http://x/,`,
    `${at(300)},503,120000000,0,2,503 Service Unavailable,,,2,GET,http://x/,`,
    `${at(400)},0,90000000,0,0,"dial tcp: refused, twice",,,3,GET,http://x/,`,
    `${at(1200)},200,60000000,0,2,,b2s=,,4,GET,http://x/,`,
  ].join('\n');
  assert.deepEqual(tellSteps(await readTest(text)), STEPS);
});

for (const [name, content, message] of [
  [
    "vegeta's own binary results",
    Buffer.from(
      '\x71\x7f\x03\x01\x01\x06Result\x01\xff\0\x01\x0c\x01\x06Attack\x01\x0c\x01\x03Seq\x01\x06\x01\x04Code',
      'latin1',
    ),
    /binary form: give what "vegeta encode" makes of it/,
  ],
  [
    'a cut line',
    '{"seq":0,"code":200,"latency":1,"timestamp":"2026-01-15T10:00:00Z"}\n{"seq',
    /^line 2 is no JSON/,
  ],
  [
    'no latency',
    '{"seq":0,"latency":"x","timestamp":"2026-01-15T10:00:00Z"}',
    /^line 1 has no time, code or latency/,
  ],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(content), { code: 'invalid-request', message });
  });
}
