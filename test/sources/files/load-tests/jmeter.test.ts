import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTest, tellSteps } from '../read-text.ts';

const AT = Date.parse('2026-01-15T10:00:00Z');
const HEADER = 'timeStamp,elapsed,label,responseCode,responseMessage,success,failureMessage,bytes';

test('a JTL: requests, errors and latencies of each second, whatever stands in the other columns', async () => {
  const test = await readTest(
    [
      HEADER,
      `${AT},40,"GET /a, b",200,OK,true,,1`,
      `${AT + 300},200,GET /,500,"Internal ""x""",false,"Test failed: text\nover two lines",1`,
      `${AT + 900},60,GET /,200,OK,true,,1`,
      `${AT + 2100},80,GET /,200,OK,true,,1`,
    ].join('\r\n'),
  );
  assert.deepEqual([test.startAt, test.stepMs, test.length], [AT, 1000, 3]);
  assert.deepEqual(tellSteps(test), [
    { requests: 3, errors: 1, p50: 60, p95: 200, slow: 1 },
    { requests: 0, errors: 0, p50: NaN, p95: NaN, slow: 0 },
    { requests: 1, errors: 0, p50: 80, p95: 80, slow: 0 },
  ]);
});

test('transactions are left out, for their requests have lines of their own', async () => {
  const text = [
    HEADER,
    `${AT},40,GET /,200,OK,true,,1`,
    `${AT},41,login,200,"Number of samples in transaction : 1, number of failing samples : 0",true,,1`,
  ].join('\n');
  const test = await readTest(text);
  assert.equal(tellSteps(test)[0]?.requests, 1);
  assert.match(test.notes[0]!, /left out 1 transactions/);
});

test('formatted times and another delimiter, as JMeter can be told to write', async () => {
  const text = [
    'timeStamp;elapsed;success',
    '2026/01/15 10:00:00.250;40;true',
    '2026/01/15 10:00:01.500;50;true',
  ].join('\n');
  assert.deepEqual(
    tellSteps(await readTest(text)).map(({ requests }) => requests),
    [1, 1],
  );
});

test('the XML form: samples in samples are parts of them, tags may go over lines', async () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<testResults version="1.2">
<httpSample t="40" lt="39" ts="${AT}" s="true" lb="a &lt; b" rc="200">
  <httpSample t="20" lt="19" ts="${AT}" s="true" lb="redirect" rc="302"/>
  <responseData class="java.lang.String">&lt;sample t=&quot;9&quot;/&gt;</responseData>
</httpSample>
<sample t="200" ts="${AT + 100}"
  s="false" lb="b"/>
</testResults>`;
  assert.deepEqual(tellSteps(await readTest(text)), [
    { requests: 2, errors: 1, p50: 40, p95: 200, slow: 1 },
  ]);
});

test('the XML form: transactions are left out, with their requests inside or beside them', async () => {
  const transaction = `<sample t="90" ts="${AT}" s="true" lb="both" rm="Number of samples in transaction : 1, number of failing samples : 0"`;
  const request = `<httpSample t="40" ts="${AT}" s="true" lb="GET" rm="OK"/>`;
  const text = `<testResults>\n${transaction}>\n${request}\n</sample>\n${request}\n${transaction}/>\n</testResults>`;
  const test = await readTest(text);
  assert.deepEqual(tellSteps(test), [{ requests: 2, errors: 0, p50: 40, p95: 40, slow: 0 }]);
  assert.match(test.notes[0]!, /left out 2 transactions/);
});

for (const [name, text, message] of [
  ['no column of success', 'timeStamp,elapsed\n1,2', /^line 1 has no column "success"/],
  ['a line that was cut off', `${HEADER}\n${AT},4`, /^line 2 has .* success "", .*cut off/],
  ['a time that is none', `${HEADER}\nnoon,4,a,200,OK,true,,1`, /^line 2 has timeStamp "noon"/],
  ['only a header', HEADER, /^has no request/],
  [
    'two tests in one file',
    `${HEADER}\n${AT},4,a,200,OK,true,,1\n${AT + 90 * 86_400_000},4,a,200,OK,true,,1`,
    /^line 3 is 90 days after line 2/,
  ],
  [
    'XML without success',
    `<testResults>\n<httpSample t="1" ts="${AT}"/>`,
    /^line 2 has a sample without ts, t or s/,
  ],
] as const) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(readTest(text), { code: 'invalid-request', message });
  });
}
