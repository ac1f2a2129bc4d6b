import type { components } from '../../openapi.d.ts';
import { metricsOf } from '../../packs/pack-metrics.ts';
import { chooseBucket } from './choose-bucket.ts';
import type { FittedPack } from './find-packs.ts';
import type { FoundSides } from './find-sides.ts';
import type { Lab } from './lab.ts';
import { judgePreview, type TriedMetric } from './tried-metric.ts';

type Schemas = components['schemas'];

export interface TriedPack extends Omit<FittedPack, 'ways'> {
  metrics: TriedMetric[];
  /** Where the pack's own bucket is not there. */
  slowerThan?: number;
}

const HOUR = 1;

/** Asks every query of a pack for both sides, over the past hour. */
export async function tryPack(
  lab: Lab,
  fitted: FittedPack,
  stepSeconds: number,
): Promise<TriedPack> {
  const { pack, sides } = fitted;
  const slowerThan = await otherBucket(lab, fitted);
  const metrics: TriedMetric[] = [];
  for (const metric of metricsOf(pack, slowerThan ?? pack.traffic?.slowerThan)) {
    metrics.push(
      await tryMetric(lab, { pack: pack.name, metric, sides, stepSeconds, hours: HOUR }),
    );
  }
  return { ...fitted, metrics, ...(slowerThan === undefined ? {} : { slowerThan }) };
}

/** One metric of a pack by its name in it; of no pack by its own. */
export async function tryMetric(
  lab: Lab,
  {
    pack,
    metric,
    sides,
    stepSeconds,
    hours,
  }: {
    pack?: string;
    metric: Schemas['MetricConfig'];
    sides: Pick<FoundSides, 'baseline' | 'canary'>;
    stepSeconds: number;
    hours: number;
  },
): Promise<TriedMetric> {
  const { baseline, canary } = sides;
  const ask = (query: Schemas['Query']) =>
    lab.preview(query, { baseline, canary }, { hours, stepSeconds });
  const value = await ask(metric.query!);
  const exposure = metric.exposure && (await ask(metric.exposure));
  return judgePreview({
    name: metric.name,
    metric: pack === undefined ? metric : { ...metric, name: `${pack} ${metric.name}` },
    value,
    ...(exposure && { exposure }),
  });
}

/** A share of slow requests needs a bucket that ends where it begins. */
async function otherBucket(lab: Lab, { pack, sides }: FittedPack): Promise<number | undefined> {
  const { histogram, slowerThan } = pack.traffic ?? {};
  if (histogram === undefined || slowerThan === undefined) return undefined;
  const promql = `count by (le) (${histogram}_bucket{${pack.select}})`;
  const { baseline } = await lab.preview(
    { source: 'prometheus', promql },
    { baseline: sides.baseline },
    { hours: HOUR, stepSeconds: 300 },
  );
  return chooseBucket(
    baseline.series.map(({ tags }) => tags['le'] ?? ''),
    slowerThan,
  );
}
