// What three versions of a shop served: the truth that every server of test/e2e/sources is filled with.
import { normal, seededRandom } from '../../support/checkout-history.ts';

export interface Served {
  /** Epoch milliseconds. */
  at: number;
  version: string;
  status: 200 | 500;
  seconds: number;
}

export interface ServedStep {
  /** Start of the step, epoch milliseconds. */
  at: number;
  requests: number;
  errors: number;
  /** Mean. */
  seconds: number;
}

export const VERSIONS = { baseline: 'v1', healthy: 'v2', faulty: 'v3' } as const;

const MINUTE = 60_000;
export const STEPS = 60;
/** Recent, because Graphite forgets, and 37 s after a full minute: a bucket that is cut shows in the counts. */
export const START = Math.floor(Date.now() / 3_600_000 - 3) * 3_600_000 + 37_000;
export const END = START + STEPS * MINUTE;
/** Before the first and after the last second of the window, so that what lies beside it shows, too. */
const BESIDE = 3 * MINUTE;
const EVERY_MS = 250;

const KINDS = [
  { version: VERSIONS.baseline, errorShare: 0.1, medianSeconds: 0.12 },
  { version: VERSIONS.healthy, errorShare: 0.1, medianSeconds: 0.12 },
  { version: VERSIONS.faulty, errorShare: 0.3, medianSeconds: 0.2 },
];

/** Four requests a second of each version, in the order of time; the faulty one fails 3 times as often. */
export const SERVED: readonly Served[] = serve();

function serve(): Served[] {
  const random = seededRandom(7);
  const instants = Array.from(
    { length: (END - START + 2 * BESIDE) / EVERY_MS },
    (_, index) => START - BESIDE + index * EVERY_MS,
  );
  return instants.flatMap((at) =>
    KINDS.map(({ version, errorShare, medianSeconds }): Served => ({
      at: at + Math.floor(random() * EVERY_MS),
      version,
      status: random() < errorShare ? 500 : 200,
      seconds: Math.round(1e6 * medianSeconds * Math.exp(0.5 * normal(random))) / 1e6,
    })),
  );
}

/** What a version served in [from, until). */
export function servedIn(version: string, from: number, until: number): Served[] {
  return SERVED.filter((one) => one.version === version && one.at >= from && one.at < until);
}

/** The same by full minutes of the clock, for servers that are told numbers and not requests. */
export function servedByMinute(version: string): ServedStep[] {
  const first = Math.ceil((START - BESIDE) / MINUTE) * MINUTE;
  const count = Math.floor((END + BESIDE - first) / MINUTE);
  return Array.from({ length: count }, (_, minute) => {
    const at = first + minute * MINUTE;
    const served = servedIn(version, at, at + MINUTE);
    return {
      at,
      requests: served.length,
      errors: served.filter(({ status }) => status === 500).length,
      seconds: served.reduce((sum, one) => sum + one.seconds, 0) / served.length,
    };
  });
}
