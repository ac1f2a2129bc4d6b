import { toFault } from '../../errors.ts';
import { SEQUENTIAL_JUDGE } from '../../judges/sequential/judge.ts';
import { parseDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';
import { pairsOfPast, pastOf } from './history-pairs.ts';
import type { Lab } from './lab.ts';
import { tryMetric, type TriedPack } from './try-pack.ts';

type Schemas = components['schemas'];

/** What a metric is worth, by the past of its baseline against itself. */
export interface MeasuredMetric {
  metric: string;
  /** Absent where there was too little history. */
  falseAlarms?: { failed: number; of: number };
  /** Smallest harmful change that is found within each of `FOUND_IN`, as a share; undefined where none is. */
  found: (number | undefined)[];
  /** Until a canary that is no different is known to be none. */
  passMs?: number;
  /** Why nothing can be said. */
  reason?: string;
}

export interface Measured {
  hours: number;
  windowMinutes: number;
  metrics: MeasuredMetric[];
  /** Of all metrics together. */
  falseAlarms?: { failed: number; of: number };
  /** What kept it from being measured. */
  notes: string[];
}

export const FOUND_IN = ['15m', '30m', '1h'];
const POWER = 0.8;
const SAMPLES = 15;
/** A person waits. */
const COMPARISONS = 20;

/** How long a window of history is, and how much is read: at least 15 samples each, and 12 windows of a day at most. */
export function historyFor(stepSeconds: number): { hours: number; windowMinutes: number } {
  const windowMinutes = Math.max(30, (SAMPLES * stepSeconds) / 60);
  return { windowMinutes, hours: Math.min(24, Math.max(6, Math.ceil((windowMinutes * 12) / 60))) };
}

/** Judges the baseline's last hours against themselves, and plans by their noise. */
export async function measure(
  lab: Lab,
  packs: readonly TriedPack[],
  { config, stepSeconds }: { config: Schemas['CanaryConfig']; stepSeconds: number },
): Promise<Measured> {
  const { hours, windowMinutes } = historyFor(stepSeconds);
  const past = [];
  for (const { pack, metrics, sides } of packs) {
    for (const { name, metric } of metrics.filter(({ refused }) => refused === undefined)) {
      const own = { baseline: sides.baseline, canary: sides.baseline };
      const wanted = {
        ...(pack.detect.length === 0 ? {} : { pack: pack.name }),
        metric: { ...metric, name },
        sides: own,
        stepSeconds,
        hours,
      };
      past.push(pastOf(await tryMetric(lab, wanted)));
    }
  }
  const known = past.filter((one) => one !== undefined);
  const pairs = pairsOfPast(known, Math.round((windowMinutes * 60) / stepSeconds));
  const notes: string[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      const { message } = toFault(thrown);
      notes.push(message.replace(/^server \S+ refused the (\w+) with \d+: /, 'no $1: '));
      return undefined;
    }
  };
  const plan = await attempt(() => lab.plan({ config, pairs, durations: FOUND_IN, power: POWER }));
  const calibration = await attempt(() =>
    lab.calibrate({ config, pairs, judges: [SEQUENTIAL_JUDGE], limit: COMPARISONS }),
  );
  return { hours, windowMinutes, ...readMeasures(plan, calibration), notes };
}

export function readMeasures(
  plan: Schemas['Plan'] | undefined,
  calibration: Schemas['Calibration'] | undefined,
): Pick<Measured, 'metrics' | 'falseAlarms'> {
  const [judge] = calibration?.judges ?? [];
  const of = calibration?.pairings ?? 0;
  const metrics = (plan?.metrics ?? []).map((planned): MeasuredMetric => {
    const alarms = judge?.metrics?.find(({ metric }) => metric === planned.metric);
    const pass = planned.pass?.time === undefined ? undefined : parseDuration(planned.pass.time);
    return {
      metric: planned.metric,
      ...(alarms === undefined ? {} : { falseAlarms: { failed: alarms.peeking.failed, of } }),
      found: FOUND_IN.map(
        (within) => planned.durations?.find(({ duration }) => duration === within)?.change,
      ),
      ...(pass === undefined ? {} : { passMs: pass }),
      ...(planned.reason === undefined ? {} : { reason: planned.reason }),
    };
  });
  const peeking = judge?.peeking;
  return {
    metrics,
    ...(peeking === undefined ? {} : { falseAlarms: { failed: peeking.failed, of } }),
  };
}

const DURATIONS_MS = [30, 60, 120].map((minutes) => minutes * 60_000);

/** The shortest usual run in which every metric that can tell has told, at most two hours; an hour where none can. */
export function chooseDuration({ metrics }: Pick<Measured, 'metrics'>): number {
  const needed = metrics.flatMap(({ passMs }) => passMs ?? []);
  if (needed.length === 0) return DURATIONS_MS[1]!;
  const longest = Math.max(...needed);
  return DURATIONS_MS.find((ms) => ms >= longest) ?? DURATIONS_MS.at(-1)!;
}
