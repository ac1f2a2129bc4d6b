import { Fault } from '../../errors.ts';
import type { Decimal } from '../../sources/files/number-text.ts';
import { minutesOf } from '../../sources/files/time-text.ts';
import { readAssignments, readDuration } from '../parse-options.ts';

export const FILE_OPTIONS = {
  baseline: { type: 'string', multiple: true },
  canary: { type: 'string', multiple: true },
  format: { type: 'string' },
  column: { type: 'string', multiple: true },
  zone: { type: 'string' },
  decimal: { type: 'string' },
  step: { type: 'string' },
  'ramp-up': { type: 'string' },
  for: { type: 'string' },
  slow: { type: 'string' },
} as const;

export const FILE_HELP = `  --format NAME           of the files, where their content does not tell: csv, json, jmeter-csv, jmeter-xml, k6-csv,
                          k6-json, locust, vegeta-csv, vegeta-json, hey, gatling, wrk
  --column METRIC=COLUMN  the column that holds a metric, where it has another name; repeatable
  --zone ZONE             of times without one: UTC, +02:00, Europe/Berlin
  --decimal point|comma   what begins the fraction, where the numbers do not tell
  --step TIME             length of a step of load tests; else so that there are 120 or more
  --ramp-up TIME          left out at the begin of each file
  --for TIME              only so much after that
  --slow TIME             what a slow request takes longer than; else the p95 of the baseline`;

/** How files are read and aligned; times in milliseconds. */
export interface FileOptions {
  format?: string | undefined;
  columns: readonly [metric: string, column: string][];
  zone?: number | string | undefined;
  decimal?: Decimal | undefined;
  stepMs?: number | undefined;
  rampUpMs?: number | undefined;
  forMs?: number | undefined;
  slowMs?: number | undefined;
}

type Given = {
  [Name in Exclude<keyof typeof FILE_OPTIONS, 'baseline' | 'canary' | 'column'>]?:
    string | undefined;
} & {
  column?: string[] | undefined;
};

export function readFileOptions(given: Given): FileOptions {
  const duration = (name: 'step' | 'ramp-up' | 'for') => {
    const text = given[name];
    return text === undefined ? undefined : readDuration(name, text);
  };
  return {
    format: given.format,
    columns: readAssignments('column', given.column ?? []),
    zone: given.zone === undefined ? undefined : readZone(given.zone),
    decimal: given.decimal === undefined ? undefined : readDecimal(given.decimal),
    stepMs: readStep(duration('step')),
    rampUpMs: duration('ramp-up'),
    forMs: duration('for'),
    slowMs: readSlow(given.slow),
  };
}

/** Whether any of them was given that only says how files are read. */
export function hasFileOptions(given: Given): boolean {
  return (Object.keys(FILE_OPTIONS) as (keyof typeof FILE_OPTIONS)[]).some(
    (name) => name !== 'baseline' && name !== 'canary' && given[name] !== undefined,
  );
}

/** A bare number is meant in milliseconds here, and seconds anywhere else. */
function readSlow(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) return readDuration('slow', text);
  throw new Fault('invalid-request', `--slow got "${text}"; did you mean ${text}ms?`);
}

function readStep(ms: number | undefined): number | undefined {
  if (ms === undefined || ms >= 1000) return ms;
  throw new Fault('invalid-request', '--step is less than 1s, the shortest step');
}

function readZone(text: string): number | string {
  const minutes = minutesOf(text);
  if (minutes !== undefined) return minutes;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (cause) {
    const wanted = 'UTC, an offset such as +02:00, or a name such as Europe/Berlin';
    throw new Fault('invalid-request', `--zone got "${text}", where ${wanted} is needed`, {
      cause,
    });
  }
}

function readDecimal(text: string): Decimal {
  if (text === 'point' || text === 'comma') return text;
  throw new Fault('invalid-request', `--decimal got "${text}", where "point" or "comma" is needed`);
}
