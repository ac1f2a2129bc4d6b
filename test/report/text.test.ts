import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { renderText, type TextReport } from '../../src/report/text.ts';
import { SAMPLE_METRICS, sampleJudgement } from '../support/analysis-sample.ts';

const FAILED: TextReport = {
  state: 'completed',
  verdict: 'fail',
  score: 62,
  reason: 'fail: score 62 of 100',
  judgement: sampleJudgement(),
  reportUrl: 'http://localhost/analyses/1',
};
const PLAIN = { colour: false };

test('the verdict comes first, then the metrics worst first, then what else there is to know', () => {
  const lines = renderText(FAILED, PLAIN).split('\n');
  assert.deepEqual(lines.slice(0, 2), [
    '✖ FAIL  62/100 (pass 95, marginal 75)',
    '  fail: score 62 of 100',
  ]);
  assert.deepEqual(
    lines.slice(2, 8).map((line) => line.trim().split(/ {2,}/)[0]),
    [
      'METRIC',
      '✖ cpu throttle',
      '✖ latency p99 /checkout',
      '∅ gc pause',
      '✔ error rate',
      '✔ requests',
    ],
  );
  assert.deepEqual(lines.slice(8), [
    '  ! gc pause: 0 of 60 points on both sides',
    '  report: http://localhost/analyses/1',
    '',
  ]);
});

test('a row tells both sides, the change with its interval, what is tolerated, and the result', () => {
  const rows = renderText(FAILED, PLAIN)
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(/ {2,}/)
        .map((cell) => cell.replaceAll('\u202F', ' ')),
    );
  assert.deepEqual(rows[4], [
    '✖ latency p99 /checkout',
    '412 ms',
    '533 ms',
    '+29 % [+19 %, +40 %]',
    'up to +10 %',
    'Worse',
  ]);
  assert.deepEqual(rows[5], ['∅ gc pause', '–', '–', '–', 'No data']);
});

test('columns line up', () => {
  const lines = renderText(FAILED, PLAIN).split('\n').slice(2, 8);
  const column = lines[0]!.indexOf('RESULT');
  for (const line of lines.slice(1)) assert.match(line.slice(column - 2), /^ {2}\S/);
});

test('colour adds escapes and nothing else', () => {
  const coloured = renderText(FAILED, { colour: true });
  assert.ok(coloured.includes('\u001B[31m✖ FAIL\u001B[39m'));
  assert.equal(stripVTControlCharacters(coloured), renderText(FAILED, PLAIN));
  assert.ok(!renderText(FAILED, PLAIN).includes('\u001B'));
});

test('a shift is told in the unit where the baseline is zero', () => {
  const judgement = sampleJudgement([{ ...SAMPLE_METRICS[2]!, baseline: 0, canary: 20 }]);
  const evidence = judgement.metrics[0]!.evidence!;
  evidence.ratio = { estimate: NaN, lower: NaN, upper: NaN };
  evidence.interval = { lower: 15, upper: 25 };
  const text = renderText({ ...FAILED, judgement }, PLAIN).replaceAll('\u202F', ' ');
  assert.match(text, /\+20 ms \[\+15 ms, \+25 ms\]/);
});

for (const [direction, allowed, expected] of [
  ['increase', [1, 1], 'no increase'],
  ['decrease', [1, 1], 'no decrease'],
  ['either', [1, 1], 'no change'],
  ['increase', [1.05, 0.9], 'up to +5 %'],
  ['decrease', [1.05, 0.9], 'down to −10 %'],
  ['either', [1.05, 0.9], '−10 % to +5 %'],
] as const) {
  test(`limits ${allowed.join(' and ')} where ${direction} is harmful read "${expected}"`, () => {
    const judgement = sampleJudgement([SAMPLE_METRICS[2]!]);
    const [allowedIncrease, allowedDecrease] = allowed;
    const limits = { direction, allowedIncrease, allowedDecrease };
    Object.assign(judgement.metrics[0]!.evidence!.effect, limits);
    const text = renderText({ ...FAILED, judgement }, PLAIN).replaceAll('\u202F', ' ');
    assert.ok(text.includes(`  ${expected}  `), text);
  });
}

test('a probability reads as one', () => {
  const judgement = sampleJudgement([SAMPLE_METRICS[2]!]);
  Object.assign(judgement.metrics[0]!.evidence!.effect, { measure: 'cles', allowedIncrease: 0.55 });
  const text = renderText({ ...FAILED, judgement }, PLAIN).replaceAll('\u202F', ' ');
  assert.match(text, /up to 55 % above/);
});

test('a failure shows its message and no score', () => {
  const failure = { code: 'source-unavailable', message: 'source "prom" is down' } as const;
  assert.equal(
    renderText({ state: 'failed', failure }, PLAIN),
    '⚠ ERROR\n  source "prom" is down\n',
  );
  assert.equal(renderText({ state: 'cancelled' }, PLAIN), '⊘ CANCELLED\n');
});

test('names from elsewhere cannot move the cursor or fake a line', () => {
  const judgement = sampleJudgement([
    { ...SAMPLE_METRICS[2]!, name: 'a\u001B[2J\nb', unit: '\u009Bm', tags: { zone: '\u202Ex' } },
  ]);
  judgement.warnings = ['line\r\none'];
  const text = renderText({ ...FAILED, judgement, reason: 'so\n✔ PASS' }, PLAIN);
  // oxlint-disable-next-line eslint/no-control-regex
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\u0000-\u001F\u007F-\u009F\u202E]/);
  assert.equal(text.split('\n').length, 7);
});
