import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStepLog, renderStepOutputs } from '../../../src/cli/output/github.ts';
import { renderGitlabFiles } from '../../../src/cli/output/gitlab.ts';
import { renderJunit } from '../../../src/cli/output/junit.ts';
import { renderMarkdown } from '../../../src/report/markdown/markdown.ts';
import type { Outcome } from '../../../src/report/markdown/outcome.ts';
import { sampleJudgement } from '../../support/analysis-sample.ts';
import { junitProblems, xpath, XMLLINT_SKIP } from './xmllint.ts';

const REPORT = 'https://canary.example/analyses/01KF';

function outcomeOf(changes: Partial<Outcome> = {}): Outcome {
  const judgement = sampleJudgement();
  const { verdict, score, reason } = judgement;
  const judged = { verdict, score, reason, judgement };
  return {
    subject: 'checkout',
    id: '01KF',
    state: 'completed',
    ...judged,
    reportUrl: REPORT,
    ...changes,
  };
}

const FAILED: Outcome = {
  subject: 'checkout',
  state: 'failed',
  failure: {
    code: 'source-unavailable',
    message: 'source "prom" does not answer',
  },
};

/** Names that act in one of the formats. */
const HOSTILE = [
  'a | b',
  '</failure></testcase>',
  ']]><!--',
  '"quoted" & <b>',
  'new\nline\r::error::forged',
  '::stop-commands::x',
  '##[error]forged',
  '@everyone #12 !34 ~label org/repo#7',
  '![image](https://evil.example/x.png)',
  '[link](javascript:alert(1))',
  'https://evil.example www.evil.example',
  '`code` *bold* __under__ ~~gone~~',
  '&#64;everyone &lt;',
  'back\\slash \\| pipe',
  '%0A::error::forged',
  'nul\u0000 escape\u001B[31m bell\u0007',
  'right\u202Eleft',
  'half \uD800 pair',
  '\uFFFE\uFFFF',
];

/** An outcome whose every text is the hostile one. */
function hostile(text: string): Outcome {
  const judgement = sampleJudgement();
  return outcomeOf({
    subject: text,
    reason: text,
    judgement: {
      ...judgement,
      reason: text,
      remedy: text,
      warnings: [text],
      metrics: judgement.metrics.map((metric) => ({
        ...metric,
        metric: text,
        unit: text,
        sentence: text,
        tags: { [text]: text },
        groups: [text],
      })),
    },
  });
}

test('JUnit has a case for the verdict and one for each metric', { skip: XMLLINT_SKIP }, () => {
  const xml = renderJunit(outcomeOf());
  assert.equal(junitProblems(xml), '');
  const counts = ['tests', 'failures', 'errors', 'skipped'];
  const total = sampleJudgement().metrics.length + 1;
  assert.deepEqual(
    counts.map((name) => xpath(xml, `/testsuites/@${name}`)),
    [String(total), '3', '0', '1'],
  );
  assert.equal(xpath(xml, '//testcase[@name="verdict"]/failure/@type'), 'fail');
  assert.match(
    xpath(xml, '//testcase[@name="latency p99 /checkout"]/failure'),
    /^Worse: \+29 % .*tolerated up to \+10 %/,
  );
  assert.equal(xpath(xml, 'count(//testcase[@name="gc pause"]/skipped)'), '1');
  assert.equal(xpath(xml, '//property[@name="report"]/@value'), REPORT);
});

test('no verdict is an error in JUnit, whatever kept us from one', { skip: XMLLINT_SKIP }, () => {
  const xml = renderJunit(FAILED);
  assert.equal(junitProblems(xml), '');
  assert.equal(xpath(xml, 'count(//error)'), '1');
  assert.match(xpath(xml, '//error'), /source "prom" does not answer/);
  for (const verdict of ['marginal', 'undecided', 'nodata'] as const) {
    const text = renderJunit(outcomeOf({ verdict }));
    assert.equal(xpath(text, 'count(//testcase[@name="verdict"]/*[@type])'), '1', verdict);
  }
  const passed = renderJunit(outcomeOf({ verdict: 'pass' }));
  assert.equal(xpath(passed, 'count(//testcase[@name="verdict"]/system-out)'), '1');
  const queued = renderJunit({ subject: 'checkout', state: 'queued' });
  assert.equal(xpath(queued, 'count(//skipped)'), '1');
});

for (const text of HOSTILE) {
  const shown = JSON.stringify(text);
  test(`JUnit keeps ${shown} one text`, { skip: XMLLINT_SKIP }, () => {
    const xml = renderJunit(hostile(text));
    assert.equal(junitProblems(xml), '');
    const read = xpath(xml, '/testsuites/@name');
    // the parser gives back what was meant, but for characters that XML cannot hold or that act on a terminal
    const kept = text
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
      .replaceAll(/[\uD800\uFFFE\uFFFF]/g, '\uFFFD');
    assert.equal(read, kept);
  });

  test(`Markdown shows ${shown} and nothing of it acts`, () => {
    const markdown = renderMarkdown(hostile(text));
    const ours = markdown
      .replaceAll(/<\/?code>/g, '')
      .replace(`[Report](<${REPORT}>)`, '')
      .replaceAll(/^(## |- |\| --- .*)/gm, '');
    const rest = ours
      .replaceAll(/^\|.*/gm, (row) => row.replaceAll('|', ' '))
      .replaceAll(/&#\d+;/g, '·');
    assert.doesNotMatch(rest, /[<>[\]`*_~\\|&$]|:\/\/|www\./, rest);
    assert.ok(!markdown.includes('\u001B'));
    assert.doesNotMatch(rest, /[@#!][\w]/, rest);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length, sampleJudgement().metrics.length + 2);
    for (const row of rows) assert.equal(row.split('|').length, 9, row);
  });

  test(`GitHub's log takes no command from ${shown}`, () => {
    const outcome = hostile(text);
    const log = renderStepLog(outcome, `${text}\n  ::error::in the text\n`, 'T0KEN');
    const lines = log.split(/\r\n|\r|\n/);
    assert.equal(lines[0], '::stop-commands::T0KEN');
    const commands = lines.slice(lines.indexOf('::T0KEN::') + 1, -1);
    assert.equal(commands.length, 1 + 3, log);
    for (const command of commands) {
      assert.match(command, /^::(error|warning|notice) title=[^:,]*::[^]*$/);
    }
  });

  test(`GitHub's outputs stay four whatever ${shown} holds`, () => {
    const outcome = { ...hostile(text), id: text, reportUrl: text };
    const outputs = renderStepOutputs(outcome, 'T0KEN');
    const names = [...outputs.matchAll(/^(\w+)<<T0KEN\n[^]*?\nT0KEN\n/gm)].map(([, name]) => name);
    assert.deepEqual(names, ['verdict', 'score', 'report', 'id']);
  });

  test(`GitLab's files stay readable with ${shown}`, { skip: XMLLINT_SKIP }, () => {
    const files = renderGitlabFiles({ ...hostile(text), reportUrl: text });
    assert.equal(junitProblems(files['canary-junit.xml']!), '');
    const links = JSON.parse(files['canary-annotations.json']!) as {
      canary: { external_link: object }[];
    };
    assert.deepEqual(links.canary[0]!.external_link, { label: 'Canary: ✖ Fail 62/100', url: text });
    const variables = files['canary.env']!.trimEnd().split('\n');
    assert.deepEqual(
      variables.map((line) => line.split('=')[0]),
      ['CANARY_VERDICT', 'CANARY_SCORE', 'CANARY_REPORT', 'CANARY_ID'],
    );
  });
}

test('GitHub gets the verdict, at most eight metrics, and how many more there are', () => {
  const judgement = sampleJudgement();
  const worse = judgement.metrics.find(({ classification }) => classification === 'High')!;
  const metrics = Array.from({ length: 20 }, (_, k) => ({ ...worse, pairId: `${k}` }));
  const log = renderStepLog(outcomeOf({ judgement: { ...judgement, metrics } }), 'text', 'T');
  const commands = log.split('::T::\n')[1]!.trimEnd().split('\n');
  assert.equal(commands.length, 10);
  assert.equal(
    commands[0],
    `::error title=✖ Fail 62/100 (checkout)::score 62 of 100, pass needs 95%0AReport: ${REPORT}`,
  );
  assert.equal(commands[9], '::notice title=checkout::and 12 more metrics: see the report');
});

test('GitHub gets a warning for what holds, an error without a verdict, nothing for a pass', () => {
  const firstCommand = (outcome: Outcome) =>
    renderStepLog(outcome, '', 'T').split('::T::\n')[1]!.split(' ')[0];
  assert.equal(firstCommand(outcomeOf({ verdict: 'marginal' })), '::warning');
  assert.equal(firstCommand(FAILED), '::error');
  assert.equal(firstCommand(outcomeOf({ verdict: 'pass' })), '');
  const outputs = renderStepOutputs(FAILED, 'T');
  assert.equal(outputs, 'verdict<<T\nnone\nT\nscore<<T\n\nT\nreport<<T\n\nT\nid<<T\n\nT\n');
});

test('Markdown of many metrics fits in a comment and tells how many are left out', () => {
  const judgement = sampleJudgement();
  const metrics = Array.from({ length: 2000 }, (_, k) => ({
    ...judgement.metrics[0]!,
    metric: `metric ${k}`,
    pairId: `${k}`,
  }));
  const warnings = metrics.map(({ metric }) => `${metric}: nothing received`);
  const markdown = renderMarkdown(outcomeOf({ judgement: { ...judgement, metrics, warnings } }));
  assert.ok(markdown.length < 65_536, String(markdown.length));
  assert.match(markdown, /^\| {2}\| and \d+ more \|/m);
  assert.match(markdown, /^- and \d+ more$/m);
  assert.ok(markdown.endsWith(`[Report](<${REPORT}>)\n`));
});
