import { isFinal } from '../../model/analysis.ts';
import { formatDuration } from '../../model/time/duration.ts';
import { durationOf } from '../../model/native-format.ts';
import type { components } from '../../openapi.d.ts';
import { formatClock, formatScore, formatWait } from '../../report/format.ts';
import { withoutControls } from '../../report/text.ts';
import { widthOf } from '../terminal.ts';

type Analysis = components['schemas']['Analysis'];

/** Tells on stderr how far an analysis is. */
export interface Progress {
  show(analysis: Analysis): void;
  note(line: string): void;
  end(): void;
}

interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 1000;
/** Log watchdogs end a job that is silent for long. */
const HEARTBEAT_MS = 60_000;
const BAR_CELLS = 20;
const CLEAR_LINE = '\r\u001B[2K';

/** A bar that redraws itself on a terminal; elsewhere one line for each change and one a minute. */
export function createProgress(screen: Screen): Progress {
  return screen.isTTY === true ? createBar(screen) : createLines(screen);
}

function createBar(screen: Screen): Progress {
  let analysis: Analysis | undefined;
  const draw = () => {
    if (analysis === undefined) return;
    const line = barLine(analysis, Date.now());
    screen.write(CLEAR_LINE + line.slice(0, (widthOf(screen) ?? 80) - 1));
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    show(next) {
      analysis = next;
      draw();
    },
    note(line) {
      screen.write(`${CLEAR_LINE}${withoutControls(line)}\n`);
      draw();
    },
    end() {
      clearInterval(timer);
      screen.write(CLEAR_LINE);
    },
  };
}

function createLines(screen: Screen): Progress {
  const startedAt = Date.now();
  let shown = '';
  let looks = 0;
  const write = (line: string) => screen.write(`${withoutControls(line)}\n`);
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    write(`canary: ${shown} (after ${formatDuration(seconds * 1000)})`);
  }, HEARTBEAT_MS);
  return {
    show(analysis) {
      const judged = judgedOf(analysis).length;
      // several looks may have been judged since the server was asked before: each gets its line
      for (let look = looks + 1; look < judged; look++) {
        write(`canary: ${describeProgress(atLook(analysis, look))}`);
      }
      looks = judged;
      const state = describeProgress(analysis);
      if (state !== shown) write(`canary: ${state}`);
      shown = state;
    },
    note: write,
    end: () => clearInterval(timer),
  };
}

/** For example `running, 3 of 6 intervals judged, so far pass (score 91), needs about 14m more`. */
function describeProgress({ id, state, window, intervals, judgement }: Analysis): string {
  const judged = judgedOf({ intervals });
  const last = judged.at(-1);
  const total = countIntervals(window);
  const count = total > 1 ? `, ${judged.length} of ${total} intervals judged` : '';
  if (last === undefined) return `analysis ${id} ${state}${count}`;
  const score = last.score === undefined ? '' : ` (score ${formatScore(last.score)})`;
  const soFar = isFinal(state) ? '' : 'so far ';
  const waitSeconds = isFinal(state) ? undefined : judgement?.sequential?.waitSeconds;
  const wait = waitSeconds === undefined ? '' : `, needs about ${formatWait(waitSeconds)} more`;
  return `analysis ${id} ${state}${count}, ${soFar}${last.verdict}${score}${wait}`;
}

function judgedOf({ intervals }: Pick<Analysis, 'intervals'>): Analysis['intervals'] {
  return intervals.filter(({ verdict }) => verdict !== undefined);
}

/** The analysis as it was when this many of its looks were judged. */
function atLook({ judgement: _, ...analysis }: Analysis, look: number): Analysis {
  return { ...analysis, state: 'running', intervals: judgedOf(analysis).slice(0, look) };
}

/** One line: how much of the window has passed, what was found so far, when the next look is due. */
export function barLine(analysis: Analysis, now: number): string {
  const share = elapsedShare(analysis, now);
  const full = Math.round(share * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  const next = analysis.intervals.find(({ state }) => state === 'queued');
  const waitMs = next === undefined ? 0 : Date.parse(next.dueAt) - now;
  const look =
    next === undefined || waitMs <= 0
      ? ''
      : `, next look ${formatClock(Date.parse(next.dueAt))} UTC (${formatDuration(Math.ceil(waitMs / 1000) * 1000)})`;
  return withoutControls(`${bar} ${describeProgress(analysis)}${look}`);
}

/** From 0 to 1; a window in the past is only read, which takes no time worth a bar. */
function elapsedShare({ state, window }: Analysis, now: number): number {
  if (window.duration === undefined || window.start === undefined)
    return state === 'queued' ? 0 : 1;
  const totalMs = durationOf(window.duration) + durationOf(window.warmup ?? '0s');
  const share = (now - Date.parse(window.start)) / totalMs;
  return Math.min(1, Math.max(0, share));
}

function countIntervals({ duration, interval }: Analysis['window']): number {
  if (duration === undefined || interval === undefined) return 1;
  return Math.ceil(durationOf(duration) / durationOf(interval));
}
