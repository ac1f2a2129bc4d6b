// What docs/explanation/judges.md says of regressions that begin late in a run, without earlier runs to learn from.
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

const ONSET = 80;
const RUNS = 25;

/** Samples after the onset at which each run of two hours was failed; null = not by its end. */
function delays(factor: number, options: Partial<SequentialOptions>): (number | null)[] {
  const random = createRandom(3);
  const judge = createSequentialJudge(options);
  return Array.from({ length: RUNS }, () => {
    const [baseline, healthy] = [latencies(random, 120), latencies(random, 120)];
    const canary = healthy.map((value, i) => (i >= ONSET ? factor * value : value));
    const pairs = [pairOf('latency', { baseline, canary })];
    const { sequential } = judge.judge(inputOf([metricConfig('latency')], pairs)).metrics[0]!;
    return sequential.decidedAt === null ? null : sequential.decidedAt - ONSET;
  });
}

test('the defaults do not find +60 % from minute 80 of 120 on by the end of the run', () => {
  assert.ok(delays(1.6, {}).every((delay) => delay === null));
});

test('restarts every 20 samples and the models `auto` find it in about 20 minutes, and fail no healthy run', () => {
  const options = { restartEvery: 20, preset: 'auto' } as const;
  const found = delays(1.6, options).map((delay) => delay ?? Infinity);
  found.sort((a, b) => a - b);
  assert.ok(found.at(-1)! <= 40, found.join(' '));
  const median = found[(RUNS - 1) / 2]!;
  assert.ok(median >= 15 && median <= 25, `${median}`);
  assert.ok(delays(1, options).every((delay) => delay === null));
});
