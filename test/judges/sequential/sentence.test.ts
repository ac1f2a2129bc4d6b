import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { SequentialOptions } from '../../../src/judges/sequential/options.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';

/** What is said of 120 minutes, of which those from `onset` on are 1.6 times the baseline. */
function sentenceOf(onset: number, options: Partial<SequentialOptions> = {}, length = 120): string {
  const random = createRandom(1);
  const baseline = latencies(random, 120).slice(0, length);
  const canary = latencies(random, 120).slice(0, length);
  const late = canary.map((value, i) => (i < onset ? value : value * 1.6));
  const pair = pairOf('latency', { baseline, canary: late });
  const input = inputOf([metricConfig('latency')], [pair]);
  return createSequentialJudge({ preset: 'auto', ...options }).judge(input).metrics[0]!.sentence;
}

for (const [what, sentence, expected] of [
  [
    'a confirmed metric',
    sentenceOf(120),
    'latency is 0.98 times the baseline (95 % interval 0.94 to 1.02); a change as large as the margin was ruled out after 29 samples',
  ],
  [
    'a metric that became worse after it was confirmed',
    sentenceOf(80),
    'latency is 1.16 times the baseline (95 % interval 0.89 to 1.51); a change as large as the margin was ruled out after 29 samples, but all samples together now speak for one; 1.33 times (95 % interval 0.94 to 1.86) since sample 61',
  ],
  [
    'the same where nothing speaks for a later start',
    sentenceOf(80, { restartEvery: 0 }),
    'latency is 1.16 times the baseline (95 % interval 0.89 to 1.51); a change as large as the margin was ruled out after 29 samples, but all samples together now speak for one',
  ],
  [
    'a late regression that was found',
    sentenceOf(80, { restartEvery: 20 }),
    'latency is 1.16 times the baseline (95 % interval 0.89 to 1.51), 1.58 times (95 % interval 1.45 to 1.72) since sample 81; allowed 1.05 (adjusted p 0.000491, valid at every look)',
  ],
  [
    'a regression from the start',
    sentenceOf(0),
    'latency is 1.57 times the baseline (95 % interval 1.5 to 1.64); allowed 1.05 (adjusted p 1.65e-9, valid at every look)',
  ],
  [
    'too short a run',
    sentenceOf(120, {}, 10),
    'latency is 0.99 times the baseline (95 % interval 0.25 to 3.58); neither a regression nor its absence is shown yet; a change of 58.5 % would have been found',
  ],
] as const) {
  test(`says of ${what} what the samples say`, () => {
    assert.equal(sentence, expected);
  });
}
