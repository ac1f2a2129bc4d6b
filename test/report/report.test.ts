import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { SequentialSummary } from '../../src/model/judgement/sequential.ts';
import { renderProblemPage } from '../../src/report/problem-page.ts';
import { renderReport } from '../../src/report/report.ts';
import { ASSETS } from '../../src/report/shell/assets.ts';
import type { ReportView } from '../../src/report/view.ts';
import {
  END,
  SAMPLE_METRICS,
  START,
  sampleAnalysis,
  sampleExecution,
  sampleResult,
  unjudgedAnalysis,
} from '../support/analysis-sample.ts';

function view(changes: Partial<ReportView> = {}): ReportView {
  return {
    analysis: sampleAnalysis(),
    executions: [sampleExecution()],
    result: sampleResult(),
    generatedAt: END + 9000,
    selfUrl: 'https://canary.example/analyses/an_1',
    ...changes,
  };
}

/** What a reader sees, without tags and with white space as one space. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf('<body>'));
  return body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

function without(change: 'result', from: ReportView): ReportView {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== change)) as never;
}

suite('a judged analysis', () => {
  const page = renderReport(view());
  const text = textOf(page);

  test('title and heading say the verdict with its glyph, the reason follows', () => {
    assert.match(page, /<title>✖ Fail · checkout · Canary Verdict<\/title>/);
    assert.equal(page.match(/<h1/g)!.length, 1);
    assert.match(text, /✖ Fail Score 62 of 100, pass needs 95\. 2 of 5 metrics got worse/);
    assert.match(text, /What to do roll back/);
    assert.match(page, /aria-label="62 of 100, marginal from 75, pass from 95"/);
  });

  test('metrics come worst first, each with a section behind its link', () => {
    const rows = [...page.matchAll(/<a href="#(metric-\d)">([^<]+)<\/a\s*>/g)];
    assert.deepEqual(
      rows.map(([, , name]) => name),
      ['cpu throttle', 'latency p99 /checkout', 'gc pause', 'error rate', 'requests'],
    );
    for (const [, id] of rows) assert.ok(page.includes(`id="${id}"`));
  });

  test('a row has means, change, interval, counts and cost', () => {
    assert.match(
      text,
      /✖ Worse latency p99 \/checkout 412.ms 533.ms \+29.% .*?56\/56 −25 ∅ No data gc pause – – –/,
    );
  });

  test('groups show how the score is made', () => {
    assert.match(text, /Errors 100 25.% 25 .*Sum 50/);
  });

  test('a section has sentence, statistics, evidence and both queries', () => {
    assert.match(text, /latency p99 \/checkout is 1\.29 times the baseline; allowed 1\.1/);
    assert.match(text, /missing 3 3 outliers removed 1 1 used 56 56 mean 412.ms 533.ms/);
    assert.match(
      text,
      /Test Mann-Whitney U Change \+29.% 98.% interval \+19.% to \+40.% .*Shift \+121.ms \(\+78\.36.ms to \+163\.6.ms\)/,
    );
    assert.match(text, /query_of\{name=&quot;cpu throttle&quot;\} and mean &gt; 1\.2/);
  });

  test('warnings and provenance are on the page', () => {
    assert.match(text, /Warnings gc pause: 0 of 60 points on both sides/);
    assert.match(text, /Judge NetflixACAJudge-v1\.0 .*service=checkout commit=3f2a9c1/);
    assert.match(page, /<time datetime="2026-03-03T14:32:09\.000Z">/);
  });

  test('only what needs attention is unfolded', () => {
    assert.equal(page.match(/<details class="metric"\s+open>/g)!.length, 3);
    assert.equal(page.match(/<details class="metric"\s*>/g)!.length, 2);
  });

  test('no script but our file, no inline style, and every id once', () => {
    assert.doesNotMatch(
      page.replace(/<script src="\/assets\/[0-9a-f]{16}\.js" defer>/, ''),
      /<script|<style|\sstyle=|\son\w+=/i,
    );
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, list] of page.matchAll(/aria-labelledby="([^"]+)"/g)) {
      for (const id of list!.split(' ')) assert.ok(ids.includes(id), `nothing has the id ${id}`);
    }
  });

  test('no number leaks as NaN, Infinity or undefined', () => {
    const broken = sampleResult([
      { ...SAMPLE_METRICS[2]!, baseline: 0 },
      { ...SAMPLE_METRICS[2]!, classification: 'Error' },
      { ...SAMPLE_METRICS[2]!, baseline: 0, canary: 0 },
    ]);
    assert.doesNotMatch(renderReport(view({ result: broken })), /NaN|Infinity|undefined|\[object/);
    assert.doesNotMatch(page, /NaN|Infinity|undefined|\[object/);
  });
});

suite('every other state has its own banner', () => {
  test('running, with what is known so far and the next look', () => {
    const analysis = unjudgedAnalysis('running');
    analysis.snapshot.window = {
      kind: 'realtime',
      startAt: START,
      durationMs: 3_600_000,
      intervalMs: 600_000,
      warmupMs: 60_000,
      lookbackMs: 0,
      settleMs: 0,
      stepSeconds: 30,
      stopOnFail: true,
    };
    const { verdict, score, reason, ...waiting } = sampleExecution({ index: 2, id: 'ex_2' });
    assert.ok([verdict, score, reason].every((value) => value !== undefined));
    const next = { ...waiting, state: 'queued' as const, dueAt: END + 600_000 };
    const executions = [sampleExecution({ verdict: 'pass', score: 97 }), next];
    const page = renderReport(view({ analysis, executions }));
    assert.match(page, /<title>◌ Running · checkout/);
    const text = textOf(page);
    assert.match(
      text,
      /1 of 6 intervals judged, so far pass; next look at 2026-03-03 14:42:00 UTC/,
    );
    assert.match(text, /What to do not yet: wait for the verdict/);
    assert.match(text, /Metrics of interval 1 /);
    const result = sampleResult();
    result.judgement.sequential = { waitSeconds: 790 } as SequentialSummary;
    const asking = renderReport(view({ analysis, executions, result }));
    assert.match(textOf(asking), /so far pass; needs about 14m more; next look/);
    assert.match(
      text,
      /Timeline .*Queued look 2.*1 ✔ Pass 97 .*2 ◷ Queued – .*due at 2026-03-03 14:42:00 UTC/,
    );
  });

  test('failed: what could not be judged, and why', () => {
    const failure = { code: 'source-unavailable' as const, message: 'source "prod" answered 503' };
    const page = renderReport(
      without('result', view({ analysis: unjudgedAnalysis('failed', { failure }) })),
    );
    assert.match(page, /<title>⚠ Error · /);
    assert.match(textOf(page), /Nothing was judged: source &quot;prod&quot; answered 503/);
    assert.match(textOf(page), /Decision hold/);
  });

  test('cancelled, queued and not enough data', () => {
    const cancelled = unjudgedAnalysis('cancelled', { reason: 'cancelled by a request' });
    const pages = [
      [view({ analysis: cancelled, executions: [] }), /⊘ Cancelled Cancelled by a request/],
      [view({ analysis: unjudgedAnalysis('queued'), executions: [] }), /◷ Queued No judgement yet/],
      [view({ analysis: sampleAnalysis({ verdict: 'nodata', score: 0 }) }), /∅ Not enough data /],
    ] as const;
    for (const [changed, expected] of pages) {
      assert.match(textOf(renderReport(without('result', changed))), expected);
    }
  });

  test('a problem is a page too', () => {
    const page = renderProblemPage({ title: 'No such analysis', message: 'there is no <b>' });
    assert.match(page, /<title>⚠ No such analysis/);
    assert.match(textOf(page), /⚠ No such analysis There is no &lt;b&gt;/);
  });
});

test('hostile names, labels and texts never become markup', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '"><script>',
      "' onclick='x",
      '</title>',
      '--><svg>',
    ),
    fc.string(),
  );
  const tags = (page: string) => page.match(/<[a-z/!][^\s>]*/gi)!.join();
  const render = (text: string) => {
    const analysis = sampleAnalysis({ reason: text, id: text });
    analysis.snapshot.configName = text;
    analysis.snapshot.labels = { [text]: text };
    analysis.snapshot.scopes = { [text]: analysis.snapshot.scopes['default']! };
    const metric = {
      ...SAMPLE_METRICS[2]!,
      name: text,
      group: text,
      unit: text,
      tags: { [text]: text },
    };
    const result = sampleResult([metric]);
    result.judgement.warnings = [text];
    result.judgement.scoreReason = `!${text}`;
    result.pairs[0]!.canary.attributes = { query: text };
    return renderReport(view({ analysis, result, selfUrl: text }));
  };
  const harmless = tags(render('x'));
  fc.assert(
    fc.property(hostile, (text) => {
      assert.equal(tags(render(`x${text}`)), harmless);
    }),
    { numRuns: 60 },
  );
});

test('300 metrics stay a small page, and the stylesheet a small file', () => {
  const metrics = Array.from({ length: 300 }, (_, index) => ({
    ...SAMPLE_METRICS[index % 5]!,
    name: `metric ${index}`,
  }));
  const page = renderReport(view({ result: sampleResult(metrics) }));
  const overview = page.slice(0, page.indexOf('Metric by metric'));
  assert.ok(gzipSync(overview).length < 60_000, `${gzipSync(overview).length} bytes`);
  assert.ok(gzipSync(page).length < 400_000, `${gzipSync(page).length} bytes`);
  assert.ok(gzipSync(ASSETS.stylesheet.content).length < 8000);
  assert.match(ASSETS.stylesheet.path, /^\/assets\/[0-9a-f]{16}\.css$/);
});

test('a chat that opens the link shows verdict and reason', () => {
  const page = renderReport({
    analysis: sampleAnalysis({ reason: 'Fail: "latency" <is> worse' }),
    executions: [sampleExecution()],
    result: sampleResult(),
    generatedAt: END,
    selfUrl: 'https://canary.example/analyses/an_1',
  });
  assert.match(page, /<meta property="og:title" content="✖ Fail · checkout · Canary Verdict" \/>/);
  assert.match(
    page,
    /<meta property="og:description" content="&quot;latency&quot; &lt;is&gt; worse" \/>/i,
  );
});
