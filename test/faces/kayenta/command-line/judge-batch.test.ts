import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { endOf, runCanary, startCanary } from '../../../support/canary.ts';
import { until } from '../../../support/poll.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

interface Recorded {
  case: number;
  expected: { result: { results: { classification: string }[]; score: { score: number } } };
}
interface Answer {
  case: unknown;
  threw?: string;
  result?: Recorded['expected']['result'];
}

/** Every fiftieth recorded case; the judge's own tests hold it to all of them. */
const RECORDED = gunzipSync(
  readFileSync(new URL('../../../fixtures/kayenta/judge-cases.jsonl.gz', import.meta.url)),
)
  .toString()
  .trimEnd()
  .split('\n')
  .filter((_, index) => index % 50 === 0)
  .map((line) => JSON.parse(line) as Recorded);
const CASE_LINES = RECORDED.map((recorded) => JSON.stringify({ ...recorded, expected: undefined }));

test('a batch answers each recorded case as the original did, in order', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'cases.jsonl');
  writeFileSync(file, `${CASE_LINES.join('\n')}\n`);
  const { code, stdout, stderr } = await runCanary(['judge', '--batch', file]);
  assert.deepEqual([code, stderr], [0, '']);
  const answers = parseLines(stdout);
  assert.equal(answers.length, 10);
  for (const [index, { expected, ...given }] of RECORDED.entries()) {
    const answer = answers[index]!;
    assert.deepEqual(Object.keys(answer), ['case', 'result']);
    assert.equal(answer.case, given.case);
    assert.deepEqual(labelsOf(answer.result), labelsOf(expected.result));
    assert.equal(answer.result!.score.score, expected.result.score.score);
  }
});

test('every line in gives a line out, also one that cannot be judged', async () => {
  const lines = [
    '{"case":"no pairs","config":{"classifier":{}},"thresholds":{"pass":1,"marginal":1}}',
    'not JSON',
    '',
    '[]',
    'null',
    '{"case":{"any":"thing"},"config":null}',
    CASE_LINES[0]!, // and no line feed at the end
  ];
  const { code, stdout } = await runCanary(['judge', '--batch', '-'], { stdin: lines.join('\n') });
  assert.equal(code, 0);
  const answers = parseLines(stdout);
  assert.deepEqual(
    answers.map((answer) => answer.case),
    ['no pairs', null, null, null, null, { any: 'thing' }, 0],
  );
  assert.deepEqual(
    answers.map(({ threw }) => threw?.split(':')[0]),
    [
      'invalid-request',
      'invalid-request',
      'invalid-request',
      'invalid-request',
      'invalid-request',
      'invalid-config',
      undefined,
    ],
  );
  assert.match(answers[1]!.threw!, /line 2 is not JSON/);
});

test('only a line feed ends a line', async () => {
  const given = JSON.parse(CASE_LINES[0]!) as object;
  const line = `${JSON.stringify({ ...given, case: 'a\u2028b' })}\r\n`;
  assert.ok(line.includes('\u2028'));
  const { stdout } = await runCanary(['judge', '--batch', '-'], { stdin: line });
  assert.deepEqual(
    parseLines(stdout).map((answer) => [answer.case, answer.threw]),
    [['a\u2028b', undefined]],
  );
});

test('an answer comes before the next line is there', async () => {
  const child = startCanary(['judge', '--batch', '-']);
  const ended = endOf(child);
  let answered = '';
  child.stdout.on('data', (chunk: string) => {
    answered += chunk;
  });
  for (const count of [1, 2]) {
    child.stdin.write(`${CASE_LINES[count]!}\n`);
    await until(`answer ${count}`, () => parseLines(answered).length === count);
  }
  child.stdin.end();
  assert.equal((await ended).code, 0);
});

test('a batch that nobody reads any more ends, silently, with 3', async () => {
  const child = startCanary(['judge', '--batch', '-']);
  const ended = endOf(child);
  child.stdin.on('error', () => undefined); // the child may be gone before the last write
  child.stdout.once('data', () => child.stdout.destroy());
  const feed = setInterval(() => child.stdin.write(`${CASE_LINES[0]!}\n`), 5);
  const { code, stderr } = await ended.finally(() => clearInterval(feed));
  assert.deepEqual([code, stderr], [3, '']);
});

for (const [name, file, why] of [
  ['is missing', 'nope.jsonl', 'there is no such file'],
  ['is a directory', '.', 'it is a directory'],
] as const) {
  test(`a batch that ${name} ends with 3`, async () => {
    using directory = temporaryDirectory();
    const run = await runCanary(['judge', '--batch', file], { cwd: directory.path });
    assert.deepEqual(run, {
      code: 3,
      stdout: '',
      stderr: `canary: batch "${file}" cannot be read: ${why}\n`,
    });
  });
}

function parseLines(text: string): Answer[] {
  const lines = text.split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Answer);
}

function labelsOf(result: Recorded['expected']['result'] | undefined): string[] | undefined {
  return result?.results.map(({ classification }) => classification);
}
