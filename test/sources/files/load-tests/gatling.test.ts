import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest, tellSteps } from '../read-text.ts';

const AT = 1768471200000;

test('simulation.log: with and without the columns that versions have had before a request', async () => {
  const text = [
    `RUN\tshop.Buy\tbuy\t${AT}\t \t3.9.5`,
    `USER\tscn\tSTART\t${AT}`,
    `REQUEST\t\tGET /\t${AT + 100}\t${AT + 140}\tOK\t `,
    `REQUEST\t7\tgroup\tGET OK\t${AT + 200}\t${AT + 320}\tKO\tstatus.find.is(200), found 500`,
    `GROUP\tgroup\t${AT}\t${AT + 400}\t160\tKO`,
    `REQUEST\t\tGET /\t${AT + 1200}\t${AT + 1260}\tOK\t `,
  ].join('\n');
  assert.deepEqual(tellSteps(await readTest(text)), [
    { requests: 2, errors: 1, p50: 40, p95: 120, slow: 1 },
    { requests: 1, errors: 0, p50: 60, p95: 60, slow: 0 },
  ]);
});

for (const [name, content, message] of [
  [
    'the binary log of later versions',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 6]), Buffer.from('3.12.0\0\0\0\0\x08shop.Buy\x00')]),
    /binary log of a newer Gatling.*run the test with 3\.10/,
  ],
  [
    'a cut line',
    `RUN\ta\tb\t${AT}\t\t3.9\nREQUEST\t\tGET /\t${AT}`,
    /^line 2 is no request with begin/,
  ],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(content), { code: 'invalid-request', message });
  });
}
