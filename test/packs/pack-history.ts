import { normal, seededRandom } from '../support/checkout-history.ts';
import type { HistoryFamily, HistorySample } from '../support/prometheus.ts';
import { WORKLOADS, type Labels, type Workload } from './pack-workloads.ts';

export const STATES = ['baseline', 'healthy', 'faulty'] as const;
export type State = (typeof STATES)[number];

export const PACK_WINDOW = {
  startAt: Date.parse('2026-01-15T10:00:00Z'),
  endAt: Date.parse('2026-01-15T10:40:00Z'),
} as const;

const SCRAPE_MS = 15_000;
/** Before the window, so that its first values have something to look back on. */
const LEAD_MS = 120_000;
const TIMES = Array.from(
  { length: (PACK_WINDOW.endAt - PACK_WINDOW.startAt + LEAD_MS) / SCRAPE_MS + 1 },
  (_, index) => PACK_WINDOW.startAt - LEAD_MS + index * SCRAPE_MS,
);
const LATENCY_SIGMA = 0.5;

/** What every workload exported in the three states, scraped every 15 s; the same seed gives the same. */
export function packHistory(seed = 7): HistoryFamily[] {
  const families = new Map<string, HistoryFamily>();
  const write: Write = (name, labels, values) => {
    const family = families.get(name) ?? { name, type: 'gauge', samples: [] };
    families.set(name, family);
    family.samples.push(
      ...values.map((value, index): HistorySample => ({
        suffix: '',
        labels,
        at: TIMES[index]!,
        value,
      })),
    );
  };
  for (const [index, workload] of Object.values(WORKLOADS).entries()) {
    const random = seededRandom(seed + index); // what one exports does not change the others
    for (const state of STATES) record({ workload, state, write, random });
  }
  return [...families.values()];
}

type Write = (name: string, labels: Labels, values: number[]) => void;

function record(of: {
  workload: Workload;
  state: State;
  write: Write;
  random: () => number;
}): void {
  const { workload, state, write, random } = of;
  const isFaulty = state === 'faulty';
  for (const { name, labels: own = {}, without = [], ...row } of workload.exports) {
    const shared = Object.entries(workload.labels(state)).filter(([key]) => !without.includes(key));
    const labels = { ...Object.fromEntries(shared), ...own };
    const [usual, faulty] = row.values;
    const level = isFaulty ? faulty : usual;
    if (row.kind === 'gauge') {
      write(
        name,
        labels,
        TIMES.map(() => level * (1 + 0.05 * normal(random))),
      );
    } else if (row.kind === 'counter') {
      write(
        name,
        labels,
        growing(() => poisson(level, random)),
      );
    } else {
      recordHistogram({ name, labels, median: level, bounds: row.bounds ?? [], write, random });
    }
  }
}

function recordHistogram(of: {
  name: string;
  labels: Labels;
  median: number;
  bounds: readonly number[];
  write: Write;
  random: () => number;
}): void {
  const { name, labels, median, bounds, write, random } = of;
  const drawn = TIMES.map(() =>
    Array.from(
      { length: poisson(40, random) },
      () => median * Math.exp(LATENCY_SIGMA * normal(random)),
    ),
  );
  let at = 0;
  const summed = (what: (values: number[]) => number) => {
    at = 0;
    return growing(() => what(drawn[at++]!));
  };
  write(
    `${name}_count`,
    labels,
    summed((values) => values.length),
  );
  write(
    `${name}_sum`,
    labels,
    summed((values) => values.reduce((sum, value) => sum + value, 0)),
  );
  for (const bound of [...bounds, Infinity]) {
    const le = bound === Infinity ? '+Inf' : String(bound);
    const within = (values: number[]) => values.filter((value) => value <= bound).length;
    write(`${name}_bucket`, { ...labels, le }, summed(within));
  }
}

function growing(step: () => number): number[] {
  let total = 100;
  return TIMES.map(() => (total += step()));
}

function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
}
