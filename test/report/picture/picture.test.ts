import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, widthOf, wrapText } from '../../../src/report/picture/fit-text.ts';
import { renderPicture } from '../../../src/report/picture/picture.ts';
import {
  END,
  SAMPLE_METRICS,
  sampleAnalysis,
  sampleExecution,
  sampleResult,
  unjudgedAnalysis,
} from '../../support/analysis-sample.ts';

const view = {
  analysis: sampleAnalysis(),
  executions: [sampleExecution()],
  result: sampleResult(),
  generatedAt: END,
  selfUrl: 'https://canary.example/analyses/an_1',
};

test('verdict, sides, reason, the chart of the worst metric and the worst ones in numbers', () => {
  const svg = renderPicture(view);
  for (const part of ['✖ Fail 62 / 100', 'checkout-v1.41 → checkout-v1.42', 'cpu throttle']) {
    assert.ok(svg.includes(part), part);
  }
  assert.match(svg, /class="line canary"/);
  assert.match(svg, /412\Wms → 533\Wms \(\+29\W%\)/);
  assert.match(svg, /and 1 more/);
  assert.doesNotMatch(svg, /style="|NaN/);
});

test('a running one says how far it is, and nothing about reloading', () => {
  const { result: _, ...unjudged } = view;
  const svg = renderPicture({ ...unjudged, analysis: unjudgedAnalysis('running'), executions: [] });
  assert.match(svg, /No judgement yet\./);
  assert.doesNotMatch(svg, /Reload/);
});

test('names are cut to their place and escaped', () => {
  const name = `<script>alert(1)</script>${'long'.repeat(40)}`;
  const result = sampleResult([{ ...SAMPLE_METRICS[2]!, name }]);
  const svg = renderPicture({ ...view, result });
  assert.ok(!svg.includes('<script>'));
  const shown = [...svg.matchAll(/&lt;script&gt;[^<]*…/g)];
  assert.equal(shown.length, 2);
});

test('a text is cut with an ellipsis, a sentence broken at white space', () => {
  assert.equal(cutText('short', 20, 200), 'short');
  const cut = cutText('x'.repeat(100), 20, 200);
  assert.ok(cut.endsWith('…') && widthOf(cut, 20) <= 200);
  const lines = wrapText('one two three four five six', 20, { width: 120, lines: 2 });
  assert.equal(lines.length, 2);
  assert.ok(lines[1]!.endsWith('…'));
  assert.deepEqual(wrapText('', 20, { width: 120, lines: 2 }), []);
});
