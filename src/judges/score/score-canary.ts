import type { Thresholds } from '../../model/config.ts';
import { scoreMetrics, type Score, type ScoredMetric } from './score.ts';

/**
 * Kayenta's score (K22 to K27) with its holes closed: weights are shared out over the groups that have
 * metrics and sum to 100, so that the score stays between 0 and 100.
 */
export function scoreCanary(
  metrics: readonly ScoredMetric[],
  groupWeights: Record<string, number>,
  thresholds: Thresholds,
): Score {
  const counted = metrics.filter(
    ({ muted, classification }) => !muted && classification !== 'Nodata',
  );
  const names = new Set(counted.flatMap(({ groups }) => groups));
  const idle = metrics.flatMap(({ groups }) => groups).filter((name) => !names.has(name));
  const weights = shareWeights([...names], groupWeights);
  for (const name of idle) weights[name] = 0;
  return scoreMetrics(metrics, weights, thresholds);
}

/** Weights that sum to 100: the configured ones, and for each other group an equal part of the rest. */
export function shareWeights(
  names: readonly string[],
  configured: Record<string, number>,
): Record<string, number> {
  const known = new Map(
    Object.entries(configured).map(([name, weight]) => [name, positive(weight)]),
  );
  const given = names.reduce((sum, name) => sum + (known.get(name) ?? 0), 0);
  const open = names.filter((name) => !known.has(name));
  const share = open.length === 0 ? 0 : Math.max(100 - given, 0) / open.length;
  const raw = names.map((name) => known.get(name) ?? share);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(
    names.map((name, i) => [name, total > 0 ? (100 * raw[i]!) / total : 100 / names.length]),
  );
}

function positive(weight: number): number {
  return Number.isFinite(weight) ? Math.max(weight, 0) : 0;
}
