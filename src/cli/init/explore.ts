import { didYouMean } from '../../closest.ts';
import { Fault } from '../../errors.ts';
import { PACKS } from '../../packs/catalog.ts';
import { note } from '../terminal.ts';
import type { Asker } from './ask.ts';
import { chooseStep, type ChosenStep } from './choose-step.ts';
import type { FittedPack, RefusedPack } from './find-packs.ts';
import { chooseSides, fitPacks, isTaken, type Workload } from './fit-packs.ts';
import type { Lab } from './lab.ts';
import { measureInterval } from './measure-interval.ts';
import { labelsOfPack } from './pack-labels.ts';
import { writeSelector, type Matcher } from './read-scope.ts';
import { perMinute, type TriedMetric } from './tried-metric.ts';
import { tryMetric, tryPack, type TriedPack } from './try-pack.ts';
import { metricsOf } from '../../packs/pack-metrics.ts';

export interface Explored {
  packs: TriedPack[];
  refused: RefusedPack[];
  step: ChosenStep;
  canaryShare: number | undefined;
}

/** Packs and sides of a workload. Fault `not-found` with why each pack does not fit, and what was meant. */
export async function findWorkload(
  lab: Lab,
  workload: Workload,
  asker: Asker,
): Promise<{ fitted: FittedPack[]; refused: RefusedPack[] }> {
  const found = await fitPacks(lab, PACKS, workload);
  if (found.fitted.length > 0) return { ...found, fitted: await chooseSides(found.fitted, asker) };
  const wanted = writeSelector(workload.scope);
  const named =
    workload.named === undefined
      ? ''
      : `, with the sides ${workload.named.baseline} and ${workload.named.canary}`;
  const hint = await suggestValue(lab, workload.scope);
  const text = `no query pack finds ${wanted}${named} on account "${lab.account}"${hint}`;
  throw new Fault('not-found', text, {
    violations: found.refused.map(({ pack, why }) => ({ pointer: pack.name, message: why })),
  });
}

/** What the label may have been meant to be. */
async function suggestValue(lab: Lab, scope: readonly Matcher[]): Promise<string> {
  const hints: string[] = [];
  for (const { label, operator, value } of scope) {
    if (operator !== '=') continue;
    const rows = await lab
      .tags(`topk(200, count by (${label}) ({${label}!=""}))`)
      .catch(() => [] as Record<string, string>[]);
    const values = rows.flatMap((tags) => tags[label] ?? []).sort();
    if (values.includes(value)) continue;
    const some = values.slice(0, 8).map((one) => `"${one}"`);
    hints.push(
      values.length === 0
        ? `; no series has a label "${label}" now`
        : `; no series has ${label}="${value}"${didYouMean(value, values) || `, but ${some.join(', ')}`}`,
    );
  }
  return hints.join('');
}

/** How often the workload is scraped, in seconds; undefined where that cannot be told. */
export async function measureScrape(
  lab: Lab,
  [first]: readonly FittedPack[],
): Promise<number | undefined> {
  if (first === undefined) return undefined;
  const labels = labelsOfPack(first.pack);
  const { scope, parameters } = first.sides.canary;
  const known: Record<string, string> = { ...parameters, scope };
  const own = labels.variable.flatMap(({ label, names, reads }) =>
    names.length === 1 && reads.length === 1
      ? [`${label}="${(known[names[0]!] ?? '').replaceAll('"', '')}"`]
      : [],
  );
  const [tags] = await lab.tags(
    `topk(1, ${labels.metric}{${[...labels.fixed, ...own].join(',')}})`,
  );
  if (tags === undefined) return undefined;
  const all = Object.entries(tags).map(([label, value]) => ({
    label,
    operator: '=' as const,
    value,
  }));
  return measureInterval(await lab.seconds(`timestamp(${labels.metric}${writeSelector(all)})`));
}

/** Step by the traffic, then every query of every pack; packs without any answer fall away. */
export async function explore(
  lab: Lab,
  { fitted, refused }: { fitted: readonly FittedPack[]; refused: readonly RefusedPack[] },
  scrapeSeconds: number,
): Promise<Explored> {
  const traffic = await measureTraffic(lab, fitted);
  const step = chooseStep(scrapeSeconds, traffic.smaller);
  const packs: TriedPack[] = [];
  const fallen = refused.filter(({ isElsewhere }) => isElsewhere !== true);
  for (const one of fitted) {
    const taken = isTaken(one.pack, packs);
    if (taken !== undefined) {
      fallen.push({ pack: one.pack, why: `${taken.name} tells of the same requests` });
      continue;
    }
    note(`canary: trying the queries of ${one.pack.name}`);
    const tried = await tryPack(lab, one, step.seconds);
    const isAnswered = tried.metrics.some(({ refused: why }) => why === undefined);
    if (isAnswered) packs.push(tried);
    else fallen.push({ pack: one.pack, why: reasonOf(tried.metrics) });
  }
  return { packs, refused: fallen, step, canaryShare: traffic.share };
}

function reasonOf(metrics: readonly TriedMetric[]): string {
  const reasons = new Set(metrics.map(({ refused = '' }) => refused));
  return `none of its queries answered: ${[...reasons].join('; ')}`;
}

/** Requests a minute of the smaller side, and the canary's share of all. */
async function measureTraffic(
  lab: Lab,
  fitted: readonly FittedPack[],
): Promise<{ smaller: number | undefined; share: number | undefined }> {
  const unknown = { smaller: undefined, share: undefined };
  const first = fitted.find(({ pack }) => pack.traffic?.failed !== undefined);
  if (first === undefined) return unknown;
  const metric = metricsOf(first.pack).find(({ exposure }) => exposure !== undefined);
  if (metric === undefined) return unknown;
  const wanted = { pack: first.pack.name, metric, sides: first.sides, stepSeconds: 60, hours: 1 };
  const { exposure } = await tryMetric(lab, wanted);
  const [baseline, canary] = [exposure?.baseline, exposure?.canary].map((side) =>
    perMinute(side, 60),
  );
  if (baseline === undefined || canary === undefined) return { ...unknown, smaller: baseline };
  return { smaller: Math.min(baseline, canary), share: canary / (baseline + canary) };
}
