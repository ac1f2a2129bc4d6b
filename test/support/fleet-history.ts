import { normal, seededRandom } from './checkout-history.ts';
import type { HistoryFamily } from './prometheus.ts';

/** Two groups of four pods each, over four hours, with what is known to be true of them. */
export const FLEET = {
  stable: 'fleet-stable',
  /** A fifth slower than the stable group, all the time. */
  slower: 'fleet-slower',
  /** As the stable group, but for its pod `d`, which is six times as slow as its siblings. */
  broken: 'fleet-broken',
  startAt: Date.parse('2026-01-15T08:00:00Z'),
  endAt: Date.parse('2026-01-15T12:00:00Z'),
} as const;

const LATENCY_MS: Record<string, (pod: string) => number> = {
  [FLEET.stable]: () => 100,
  [FLEET.slower]: () => 120,
  [FLEET.broken]: (pod) => (pod === 'd' ? 600 : 100),
};
/** Errors per request: nearly none, though twice as many in the slower group. */
const ERRORS: Record<string, number> = {
  [FLEET.stable]: 1e-6,
  [FLEET.slower]: 2e-6,
  [FLEET.broken]: 1e-6,
};
const PODS = ['a', 'b', 'c', 'd'];
const SAMPLE_EVERY_MS = 60_000;

/** The gauges `latency_ms` and `error_ratio` of every pod, a sample a minute; labels `app` and `pod`. */
export function fleetHistory(seed = 7): HistoryFamily[] {
  const random = seededRandom(seed);
  const latency: HistoryFamily = { name: 'latency_ms', type: 'gauge', samples: [] };
  const errors: HistoryFamily = { name: 'error_ratio', type: 'gauge', samples: [] };
  for (const [app, typical] of Object.entries(LATENCY_MS)) {
    for (const pod of PODS) {
      const labels = { app, pod };
      for (let at = FLEET.startAt; at <= FLEET.endAt; at += SAMPLE_EVERY_MS) {
        const slow = typical(pod) * Math.exp(0.05 * normal(random));
        const failing = ERRORS[app]! * Math.exp(0.1 * normal(random));
        latency.samples.push({ suffix: '', labels, at, value: slow });
        errors.samples.push({ suffix: '', labels, at, value: failing });
      }
    }
  }
  return [latency, errors];
}
