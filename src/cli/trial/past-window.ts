import { Fault } from '../../errors.ts';
import { MOMENT_FORMS, parseMoment } from '../../model/time/moment.ts';
import { readDuration, refuseNearMoment, usageFault } from '../parse-options.ts';

/** Options of commands that look at the past. */
export const PAST_OPTIONS = {
  last: { type: 'string' },
  start: { type: 'string' },
  end: { type: 'string' },
  step: { type: 'string' },
} as const;

export const PAST_HELP = `  --last D                     the time up to now; 1h when nothing is said
  --start T --end T            another window: instants, now-3h, now
  --step D                     distance between two points; 1m, or that of --request`;

export interface PastWindow {
  start: string;
  end: string;
  step: string;
}

/**
 * The window of the options: from a past moment to the last whole step before now, so that the same question within one
 * step has the same answer.
 */
export function pastWindow(
  options: { [Name in keyof typeof PAST_OPTIONS]?: string | undefined },
  { now, step: usual, command }: { now: number; step?: string | undefined; command: string },
): PastWindow {
  const step = options.step ?? usual ?? '1m';
  const stepMs = readStep(step);
  const { last, start, end } = options;
  if (start !== undefined || end !== undefined) {
    if (last !== undefined) throw usageFault('--last excludes --start and --end', command);
    if (start === undefined || end === undefined) {
      throw usageFault('--start and --end go together; --last 1h is the past hour', command);
    }
    return { start: readMoment('start', start, now), end: readMoment('end', end, now), step };
  }
  const lastMs = readDuration('last', last ?? '1h');
  if (lastMs < stepMs) {
    throw new Fault(
      'invalid-request',
      `--last ${last} is shorter than one step of ${step}: look further back`,
    );
  }
  const endAt = Math.floor(now / stepMs) * stepMs;
  return {
    start: new Date(endAt - lastMs).toISOString(),
    end: new Date(endAt).toISOString(),
    step,
  };
}

function readStep(text: string): number {
  const ms = readDuration('step', text);
  if (ms > 0) return ms;
  throw new Fault('invalid-request', '--step must be longer than 0s');
}

function readMoment(option: string, text: string, now: number): string {
  refuseNearMoment(option, text);
  const at = parseMoment(text, now);
  if (at !== undefined) return new Date(at).toISOString();
  throw new Fault('invalid-request', `--${option} got "${text}", where ${MOMENT_FORMS} is needed`);
}
