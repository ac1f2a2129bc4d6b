// What was known when: looks that say the same are one stretch, of metrics by their judgements or by what the last one tells.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution } from '../../../src/model/analysis.ts';
import type { MetricJudgement } from '../../../src/model/judgement/judgement.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { metricRows } from '../../../src/report/metric/metric-row.ts';
import { metricStretches, verdictStretches } from '../../../src/report/timeline/stretches.ts';
import { renderTimeline } from '../../../src/report/timeline/timeline.ts';
import {
  END,
  sampleAnalysis,
  sampleExecution,
  sampleJudgement,
  sampleResult,
  START,
} from '../../support/analysis-sample.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  MINUTE,
  pairOf,
} from '../../support/sequential-input.ts';

/** A look a minute over a window that grows. */
function looksOf(verdicts: readonly Execution['verdict'][]): Execution[] {
  return verdicts.map((verdict, i) => ({
    ...sampleExecution({ id: `ex_${i + 1}`, index: i + 1, score: verdict === 'fail' ? 0 : 100 }),
    startAt: START,
    endAt: START + (i + 1) * MINUTE,
    ...(verdict === undefined ? {} : { verdict }),
  }));
}

test('looks that say the same are one stretch, with their times and scores', () => {
  const looks = looksOf(['undecided', 'undecided', 'fail']);
  assert.deepEqual(
    verdictStretches(looks).map(({ sign, looks: numbers, from, to }) => [
      sign.word,
      numbers,
      from,
      to,
    ]),
    [
      ['Undecided', [1, 2], START, START + 2 * MINUTE],
      ['Fail', [3, 3], START + 2 * MINUTE, START + 3 * MINUTE],
    ],
  );
});

test('a metric follows the judgements of its looks, told apart from others by its tags', () => {
  const before = sampleJudgement();
  const failed = before.metrics[2]!;
  const passed: MetricJudgement = { ...failed, classification: 'Pass' };
  const metrics = before.metrics.map((metric) => (metric === failed ? passed : metric));
  const looks = new Map([
    ['ex_1', { ...before, metrics }],
    ['ex_2', before],
  ]);
  const view = viewOf(looksOf(['pass', 'fail']));
  const row = metricRows(view).find(({ metric }) => metric.metric === failed.metric)!;
  const words = metricStretches(row, view.executions, looks).map(({ sign }) => sign.word);
  assert.deepEqual(words, ['Pass', 'Worse']);
});

test('where only the last judgement is kept, a sequential one tells when it was decided', () => {
  const random = createRandom(5);
  const canary = latencies(random, 60).map((value) => value * 2);
  const pair = pairOf('latency', { baseline: latencies(random, 60), canary });
  for (const side of [pair.baseline, pair.canary]) side.startAt = START;
  const judgement = createSequentialJudge().judge(inputOf([metricConfig('latency')], [pair]));
  const executions = looksOf(Array.from({ length: 60 }, () => 'undecided'));
  const view = { ...viewOf(executions), result: { judgement, pairs: [pair], sourceWarnings: [] } };
  const [open, worse] = metricStretches(metricRows(view)[0]!, executions, new Map());
  const { decidedAt } = judgement.metrics[0]!.sequential;
  assert.deepEqual([open!.sign.word, open!.looks], ['Open', [1, decidedAt! - 1]]);
  assert.deepEqual([worse!.sign.word, worse!.looks], ['Worse', [decidedAt, 60]]);
});

test('one look has no timeline; many fold their table, and nothing is drawn that is not known', () => {
  const rows = metricRows(viewOf([]));
  assert.equal(renderTimeline(viewOf(looksOf(['fail'])), rows), undefined);
  const text = String(
    renderTimeline(viewOf(looksOf(Array.from({ length: 30 }, () => 'pass'))), rows),
  );
  assert.match(text, /<ol class="stretches">\s*<li>/);
  assert.match(text, /All 30 looks/);
  assert.match(
    text,
    /aria-label="What was known at each look\. verdict so far: Pass at looks 1 to 30\."/,
  );
  const queued = looksOf(['pass', undefined]).map((look) => ({ ...look, score: NaN }));
  const waiting = [queued[0]!, { ...queued[1]!, state: 'queued' as const }];
  assert.doesNotMatch(String(renderTimeline(viewOf(waiting), [])), /undefined/);
});

function viewOf(executions: Execution[]) {
  return {
    analysis: sampleAnalysis(),
    executions,
    result: sampleResult(),
    generatedAt: END,
    selfUrl: 'https://canary.example/analyses/an_1',
  };
}
