import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseReach, renderIntervalBar } from '../../../src/report/charts/interval-bar.ts';
import { SAMPLE_METRICS, sampleJudgement } from '../../support/analysis-sample.ts';

/** A metric whose mean went from 100 to `canary`, give or take 5 %. */
function evidenceOf(
  canary: number,
  baseline = 100,
  direction: 'increase' | 'decrease' | 'either' = 'increase',
) {
  const metric = { ...SAMPLE_METRICS[2]!, baseline, canary, direction, spread: 0.05 };
  return sampleJudgement([metric]).metrics[0]!;
}

function attribute(svg: string, element: RegExp, name: string): number {
  const [found] = element.exec(svg) ?? assert.fail(`no ${String(element)} in ${svg}`);
  return Number(new RegExp(`\\b${name}="([\\d.]+)"`).exec(found)![1]);
}

const DOT = /<circle[^>]*>/;
const BAND = /<rect[^>]*>/;

test('the label says effect, interval and what is allowed', () => {
  const svg = String(renderIntervalBar(evidenceOf(129), 0.4));
  assert.match(svg, /aria-label="\+29 %, 98 % interval \+23 % to \+35 %, allowed up to \+10 %"/);
  assert.equal(attribute(svg, BAND, 'x') < 90 && attribute(svg, DOT, 'cx') > 90, true);
  const either = String(renderIntervalBar(evidenceOf(129, 100, 'either'), 0.4));
  assert.match(either, /allowed −5 % to \+10 %"/);
});

test('the allowed band is open where no change is harmful', () => {
  const open = String(renderIntervalBar(evidenceOf(129), 0.4));
  const closed = String(renderIntervalBar(evidenceOf(129, 100, 'either'), 0.4));
  assert.ok(attribute(open, BAND, 'x') < attribute(closed, BAND, 'x'));
});

test('harm is to the right: a harmful decrease is drawn mirrored', () => {
  const rising = String(renderIntervalBar(evidenceOf(120), 0.4));
  const falling = String(renderIntervalBar(evidenceOf(80, 100, 'decrease'), 0.4));
  assert.ok(attribute(falling, DOT, 'cx') > 90);
  assert.equal(attribute(falling, DOT, 'cx'), attribute(rising, DOT, 'cx'));
});

test('what leaves the axis ends in an arrow, and its estimate is not drawn at the wrong place', () => {
  const svg = String(renderIntervalBar(evidenceOf(300), 0.4));
  assert.match(svg, /class="arrow"/);
  assert.doesNotMatch(svg, DOT);
  assert.doesNotMatch(String(renderIntervalBar(evidenceOf(101), 0.4)), /arrow/);
});

test('no test and no baseline are said in words', () => {
  const { evidence: _, ...untested } = evidenceOf(129);
  assert.match(String(renderIntervalBar(untested, 0.4)), /not tested/);
  assert.match(String(renderIntervalBar(evidenceOf(5, 0), 0.4)), /baseline is 0/);
});

test('an end that says nothing is open, and a change within the run has no interval', () => {
  const metric = evidenceOf(129);
  const { ratio } = metric.evidence!;
  metric.evidence!.ratio = { ...ratio, lower: 1e-10, upper: 8.5e11 };
  const blind = String(renderIntervalBar(metric, 0.4));
  assert.match(blind, /\+29 %, 98 % interval no bounds yet/);
  assert.doesNotMatch(blind, /whisker/);
  metric.evidence!.ratio = { ...ratio, upper: Infinity };
  assert.match(String(renderIntervalBar(metric, 0.4)), /at least \+23 %, no upper bound yet/);
  const changed = { ...metric, sequential: { bounds: { lower: 1.4, upper: 1.2 } } as never };
  assert.match(
    String(renderIntervalBar(changed, 0.6)),
    /changed during the run: at least \+40 % at one time, at most \+20 % at another/,
  );
});

test('one far metric does not squeeze the axis of the others', () => {
  const metrics = [102, 103, 104, 900].map((canary) => ({
    ...SAMPLE_METRICS[2]!,
    baseline: 100,
    canary,
  }));
  assert.equal(chooseReach(sampleJudgement(metrics).metrics), 0.2);
  assert.equal(chooseReach(sampleJudgement(metrics.slice(3)).metrics), 1);
  assert.equal(chooseReach([]), 0.1);
});
