import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barLine, createProgress } from '../../../src/cli/server/progress.ts';
import type { components } from '../../../src/openapi.d.ts';

type Analysis = components['schemas']['Analysis'];

const START = Date.parse('2026-01-15T10:00:00Z');
const MINUTE = 60_000;

/** Half an hour in six intervals after a warm-up of two minutes, three of them judged. */
function analysisAt(judged: number, changes: Partial<Analysis> = {}): Analysis {
  const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();
  const intervals = Array.from({ length: judged + 1 }, (_, index) => ({
    index: index + 1,
    start: at(2),
    end: at(7 + index * 5),
    dueAt: at(7 + index * 5),
    ...(index < judged
      ? { state: 'completed' as const, verdict: 'pass' as const, score: 91 }
      : { state: 'queued' as const }),
  }));
  return {
    id: '01KF',
    state: 'running',
    config: 'checkout',
    thresholds: { pass: 90, marginal: 70 },
    scopes: {},
    window: { start: at(0), duration: '30m', interval: '5m', warmup: '2m' },
    callbacks: [],
    labels: {},
    intervals,
    createdAt: at(0),
    links: { self: '/api/v1/analyses/01KF', report: '/analyses/01KF' },
    ...changes,
  };
}

test('the bar tells how far the window is, what was found, and when the next look is due', () => {
  assert.equal(
    barLine(analysisAt(3), START + 16 * MINUTE),
    '██████████░░░░░░░░░░ analysis 01KF running, 3 of 6 intervals judged, so far pass (score 91), next look 10:22 UTC (6m)',
  );
  assert.equal(
    barLine(analysisAt(0), START - MINUTE),
    '░░░░░░░░░░░░░░░░░░░░ analysis 01KF running, 0 of 6 intervals judged, next look 10:07 UTC (8m)',
  );
  const late = barLine(analysisAt(5), START + 90 * MINUTE);
  assert.match(late, /^█{20} .*5 of 6 intervals judged, so far pass \(score 91\)$/);
});

test('a window in the past has no clock', () => {
  const past = { window: { start: '2026-01-15T10:00:00Z', end: '2026-01-15T11:00:00Z' } };
  const queued = analysisAt(0, { ...past, state: 'queued', intervals: [] });
  assert.equal(barLine(queued, START), '░░░░░░░░░░░░░░░░░░░░ analysis 01KF queued');
});

test('without a terminal there is a line for each change, and one a minute', (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const { written, screen } = record();
  const progress = createProgress(screen);
  progress.show(analysisAt(0));
  progress.show(analysisAt(0));
  progress.show(analysisAt(1));
  progress.note('server\u001B[2J away');
  context.mock.timers.tick(MINUTE);
  progress.end();
  context.mock.timers.tick(10 * MINUTE);
  assert.deepEqual(written, [
    'canary: analysis 01KF running, 0 of 6 intervals judged\n',
    'canary: analysis 01KF running, 1 of 6 intervals judged, so far pass (score 91)\n',
    'server [2J away\n',
    'canary: analysis 01KF running, 1 of 6 intervals judged, so far pass (score 91) (after 1m)\n',
  ]);
});

test('several looks judged between two answers get a line each', () => {
  const { written, screen } = record();
  const progress = createProgress(screen);
  progress.show(analysisAt(0));
  progress.show(analysisAt(3));
  progress.end();
  const line = (judged: number) =>
    `canary: analysis 01KF running, ${judged} of 6 intervals judged, so far pass (score 91)\n`;
  assert.deepEqual(written.slice(1), [line(1), line(2), line(3)]);
});

test('on a terminal one line redraws itself, never wider than the screen', (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'], now: START });
  const { written, screen } = record({ isTTY: true, columns: 40 });
  const progress = createProgress(screen);
  progress.show(analysisAt(3));
  context.mock.timers.tick(1000);
  progress.note('server away');
  progress.end();
  const [drawn, redrawn, noted, again, cleared] = written;
  assert.equal(drawn, '\r\u001B[2K░░░░░░░░░░░░░░░░░░░░ analysis 01KF runn');
  assert.deepEqual([redrawn, again], [drawn, drawn]);
  assert.deepEqual([noted, cleared], ['\r\u001B[2Kserver away\n', '\r\u001B[2K']);
});

function record(about: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, screen: { ...about, write: (text: string) => written.push(text) } };
}

test('a running sequential analysis tells how much longer it needs; an ended one does not', () => {
  const judgement = { sequential: { waitSeconds: 790 } } as NonNullable<Analysis['judgement']>;
  const now = START + 16 * MINUTE;
  assert.match(
    barLine(analysisAt(3, { judgement }), now),
    /so far pass \(score 91\), needs about 14m more,/,
  );
  assert.doesNotMatch(
    barLine(analysisAt(3, { judgement, state: 'completed' }), now),
    /needs about/,
  );
});
