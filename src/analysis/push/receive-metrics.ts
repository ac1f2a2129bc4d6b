import { createHash } from 'node:crypto';
import {
  streamOfMetric,
  type ExpectedMetric,
  type PushedReading,
} from '../../model/pushed/points.ts';
import type { Store } from '../../store/store.ts';

/** What one instance of one scope had of a metric at one time. */
export interface ArrivedReading
  extends PushedReading, Pick<ExpectedMetric, 'attribute' | 'scope' | 'name'> {
  at: number;
}

/** Takes in metrics that other systems send for whoever asks for them. */
export interface ReceiveMetrics {
  /** What running analyses ask for. */
  expected(): Promise<ExpectedMetric[]>;
  /**
   * Stores readings, those that were stored before once; answers how many points could not be, by why. It is stored
   * when this resolves.
   */
  keep(readings: readonly ArrivedReading[]): Promise<Map<string, number>>;
}

/** 50 instances that send every 10 seconds fill this in almost three hours. */
const MAX_READINGS = 50_000;
const MAX_POINTS_OF_A_READING = 5000;

export function createReceiveMetrics(dependencies: {
  store: Store;
  now(): number;
}): ReceiveMetrics {
  const { store, now } = dependencies;

  async function fullStreams(streams: ReadonlySet<string>): Promise<Set<string>> {
    const full = await Promise.all(
      [...streams].map(async (stream) => {
        const { samples } = await store.samples.measure(stream);
        return samples >= MAX_READINGS ? stream : undefined;
      }),
    );
    return new Set(full.filter((stream) => stream !== undefined));
  }

  return {
    expected: () => store.expectedMetrics.list(now()),
    async keep(readings) {
      const refused = new Map<string, number>();
      const full = await fullStreams(new Set(readings.map(streamOfMetric)));
      const kept = readings.filter((reading) => {
        const why = whyNot(reading, full);
        if (why !== undefined) refused.set(why, (refused.get(why) ?? 0) + reading.points.length);
        return why === undefined;
      });
      if (kept.length > 0) await store.samples.appendOnce([...kept.map(toRow), ...heardOf(kept)]);
      return refused;
    },
  };
}

function whyNot(reading: ArrivedReading, full: ReadonlySet<string>): string | undefined {
  const { name, attribute, scope, points } = reading;
  const count = points.length;
  if (count > MAX_POINTS_OF_A_READING)
    return `metric "${name}" has ${count} series at one time, more than ${MAX_POINTS_OF_A_READING}: aggregate it`;
  if (full.has(streamOfMetric(reading)))
    return `metric "${name}" of ${attribute} "${scope}" has ${MAX_READINGS} readings already: send it less often`;
  return undefined;
}

/** The same reading has the same id, so that a sender that missed the answer may send it again. */
function toRow(reading: ArrivedReading) {
  const { at, instance, points } = reading;
  return rowOf(streamOfMetric(reading), at, { instance, points });
}

/** That an instance sent anything, also where it has nothing of another metric. */
function heardOf(readings: readonly ArrivedReading[]) {
  const rows = readings.map(({ attribute, scope, instance, at }) =>
    rowOf(streamOfMetric({ attribute, scope }), at, { instance, points: [] }),
  );
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function rowOf(stream: string, at: number, document: PushedReading) {
  const text = JSON.stringify([stream, at, document]);
  const id = createHash('sha256').update(text).digest('base64url');
  return { id: `otlp:${id}`, stream, at, document };
}
