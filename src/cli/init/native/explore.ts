import { Fault } from '../../../errors.ts';
import type { components } from '../../../openapi.d.ts';
import type { Pack } from '../../../packs/pack.ts';
import { note } from '../../terminal.ts';
import type { Asker } from '../ask.ts';
import { chooseStep } from '../choose-step.ts';
import { weightsOf } from '../compose-files.ts';
import type { Explored } from '../explore.ts';
import type { RefusedPack } from '../find-packs.ts';
import { tellSides } from '../find-sides.ts';
import type { Workload } from '../fit-packs.ts';
import type { Lab } from '../lab.ts';
import { writeSelector } from '../read-scope.ts';
import { perMinute, type TriedMetric } from '../tried-metric.ts';
import { tryMetric } from '../try-pack.ts';
import type { NativeMetric, NativeSides } from './find-sides.ts';
import { ANYTHING, guessMetric, type Guess } from './guess-metric.ts';
import { NATIVE_KINDS } from './kinds.ts';

type Metric = components['schemas']['MetricConfig'];

/** Numbers come by the minute where nobody scrapes. */
const EVERY_SECONDS = 15;
const UNKNOWN_WORD = 'its name does not tell what it measures: add it by hand';

/** The same of an account that knows no packs: metrics by their names, queries in the account's own language. */
export async function exploreNative(
  lab: Lab,
  { kind, workload, asker }: { kind: string; workload: Workload; asker: Asker },
): Promise<Explored> {
  const ways = (await NATIVE_KINDS[kind]!(lab, workload)) satisfies NativeSides[];
  if (ways.length === 0) {
    const text = `nothing on account "${lab.account}" (${kind}) tells two sides of ${writeSelector(workload.scope)} apart: name them with --baseline and --canary as they stand in its names`;
    throw new Fault('not-found', text);
  }
  const way = await asker.choose('Which sides?', ways, tellSides);
  const pack = packOf(kind);
  const refused: RefusedPack[] = [];
  const wanted: Metric[] = [];
  for (const metric of way.metrics) {
    const guess = guessMetric(metric.word) ?? (await wantedAnyway(metric.name));
    if (guess === undefined) refused.push({ pack: packOf(metric.name), why: UNKNOWN_WORD });
    else wanted.push(configured(metric, guess, way.metrics));
  }
  note(`canary: trying ${wanted.length} queries of ${kind}`);
  const traffic = await triedAt(60, wanted.filter(({ exposure }) => exposure).slice(0, 1));
  const sides = [traffic[0]?.exposure?.baseline, traffic[0]?.exposure?.canary];
  const [baseline, canary] = sides.map((side) => perMinute(side, 60));
  const smaller =
    baseline === undefined || canary === undefined ? baseline : Math.min(baseline, canary);
  const chosen = chooseStep(EVERY_SECONDS, smaller);
  // nothing is scraped here
  const step = { ...chosen, why: chosen.why.replace(/, and it is scraped every \d+s/, '') };
  const metrics = await triedAt(step.seconds, wanted);
  const isAnswered = metrics.some(({ refused: why }) => why === undefined);
  if (!isAnswered) {
    const whys = new Map(metrics.map(({ name, refused: why = '' }) => [name, why]));
    refused.push(...[...whys].map(([name, why]) => ({ pack: packOf(name), why })));
  }
  return {
    packs: isAnswered ? [{ pack, sides: way, metrics }] : [],
    refused,
    step,
    canaryShare:
      baseline === undefined || canary === undefined ? undefined : canary / (baseline + canary),
  };

  async function wantedAnyway(name: string): Promise<Guess | undefined> {
    const question = `The name of "${name}" does not tell what it measures. Judge a change of it in either direction?`;
    return (await asker.offer(question)) ? ANYTHING : undefined;
  }

  async function triedAt(stepSeconds: number, asked: readonly Metric[]): Promise<TriedMetric[]> {
    const tried: TriedMetric[] = [];
    for (const metric of asked) {
      tried.push(await tryMetric(lab, { metric, sides: way, stepSeconds, hours: 1 }));
    }
    return tried;
  }
}

/** What stands for the account's kind where packs are told of. */
function packOf(name: string): Pack {
  return {
    name,
    title: `Metrics of ${name}, chosen by their names`,
    priority: 0,
    scope: '',
    parameters: {},
    detect: [],
    warmup: '2m',
    select: '',
    metrics: [],
    traps: [],
  };
}

/** A count of failures is counted out of the requests of its own place, where there are some. */
function configured(
  { name, place, query }: NativeMetric,
  { group, by, direction }: Guess,
  all: readonly NativeMetric[],
): Metric {
  const traffic = all.find(
    (one) => one.place === place && guessMetric(one.word)?.group === 'traffic',
  );
  const isCount = group === 'errors' && traffic !== undefined;
  return {
    name,
    group,
    direction,
    query: query(by),
    ...(isCount ? { kind: 'count', exposure: traffic.query('sum') } : {}),
    // how much a canary is given says nothing about its health
    ...(group === 'traffic' ? { muted: true } : {}),
  };
}

/** A config of the metrics that have answered. */
export function nativeConfig(
  name: string,
  { packs }: Pick<Explored, 'packs'>,
): components['schemas']['CanaryConfig'] {
  const kept = packs.flatMap(({ metrics }) =>
    metrics.filter(({ refused }) => refused === undefined),
  );
  return {
    name,
    judge: 'SequentialJudge-v1.0',
    metrics: kept.map(({ metric }) => metric),
    groups: weightsOf(packs),
  };
}
