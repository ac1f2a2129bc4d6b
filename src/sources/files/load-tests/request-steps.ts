import { Fault } from '../../../errors.ts';
import { countLatency, latenciesOf, type LatencyCounts } from './latencies.ts';
import type { LoadStep, LoadTest } from './load-test.ts';

/** Each a multiple of the one before, so that steps can be put together while a file is read. */
export const STEPS_MS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 21_600].map((s) => s * 1000);
/** Beyond it the next longer steps are used: they are kept, the requests are not. */
const MAX_STEPS = 1200;
const MAX_SPAN_MS = 60 * 86_400_000;

interface Counted {
  requests: number;
  errors: number;
  latencies: LatencyCounts;
}

/** Puts requests into steps as they are read, in any order; of bounded size, however long the file is. */
export interface RequestSteps {
  /** A request that ended or began then; NaN where the file has no latency of it. */
  add(at: number, latencyMs: number, isError: boolean, line: number): void;
  /** An error of a request that is added by another line. */
  addError(at: number, line: number): void;
  /** Fault `invalid-request` where there was no request at all. */
  finish(more: { notes?: string[]; isRelative?: boolean; what: string }): LoadTest;
}

export function createRequestSteps(): RequestSteps {
  let steps = new Map<number, Counted>();
  let rung = 0;
  let origin = NaN;
  let [first, last, firstLine] = [Infinity, -Infinity, 0];

  const stepAt = (at: number, line: number): Counted => {
    if (Number.isNaN(origin)) [origin, firstLine] = [at, line];
    if (Math.abs(at - origin) > MAX_SPAN_MS) throw farAway(at - origin, line, firstLine);
    const index = Math.floor((at - origin) / STEPS_MS[rung]!);
    [first, last] = [Math.min(first, index), Math.max(last, index)];
    const found = steps.get(index);
    if (found !== undefined) return found;
    const added: Counted = { requests: 0, errors: 0, latencies: new Map() };
    steps.set(index, added);
    if (last - first < MAX_STEPS) return added;
    climb();
    return stepAt(at, line);
  };

  const climb = () => {
    const factor = STEPS_MS[rung + 1]! / STEPS_MS[rung]!;
    rung += 1;
    const longer = (index: number) => Math.floor(index / factor);
    const groups = Map.groupBy(steps.keys(), longer);
    steps = new Map(
      [...groups].map(([to, from]) => [to, merge(from.map((index) => steps.get(index)!))]),
    );
    [first, last] = [longer(first), longer(last)];
    if (last - first >= MAX_STEPS) climb();
  };

  return {
    add(at, latencyMs, isError, line) {
      const step = stepAt(at, line);
      step.requests += 1;
      if (isError) step.errors += 1;
      if (!Number.isNaN(latencyMs)) countLatency(step.latencies, latencyMs);
    },
    addError(at, line) {
      stepAt(at, line).errors += 1;
    },
    finish({ notes = [], isRelative = false, what }) {
      if (steps.size === 0) {
        throw new Fault(
          'invalid-request',
          `has no request: ${what} gives none; was the test run, and the file written to its end?`,
        );
      }
      const stepMs = STEPS_MS[rung]!;
      return {
        ...(isRelative ? {} : { startAt: Math.round(origin + first * stepMs) }),
        stepMs,
        length: last - first + 1,
        notes,
        steps: (asked) => joinSteps(asked / stepMs),
      };
    },
  };

  function joinSteps(factor: number): LoadStep[] {
    return Array.from({ length: Math.ceil((last - first + 1) / factor) }, (_, i) => {
      const parts = Array.from({ length: factor }, (_, k) => steps.get(first + i * factor + k));
      const { latencies, ...counts } = merge(parts.filter((part) => part !== undefined));
      return { ...counts, latencies: latenciesOf(latencies) };
    });
  }
}

function merge(parts: readonly Counted[]): Counted {
  if (parts.length === 1) return parts[0]!;
  const all: Counted = { requests: 0, errors: 0, latencies: new Map() };
  for (const { requests, errors, latencies } of parts) {
    all.requests += requests;
    all.errors += errors;
    for (const [value, count] of latencies) countLatency(all.latencies, value, count);
  }
  return all;
}

function farAway(ms: number, line: number, firstLine: number): Fault {
  const days = Math.round(Math.abs(ms) / 86_400_000);
  const where = `line ${line} is ${days} days ${ms < 0 ? 'before' : 'after'} line ${firstLine}`;
  return new Fault(
    'invalid-request',
    `${where}: a load test of that length is not read; cut the file to one test`,
  );
}
