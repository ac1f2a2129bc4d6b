import { toFault } from '../../errors.ts';
import type { Pack } from '../../packs/pack.ts';
import { candidatesOf } from './find-candidates.ts';
import {
  isOfRequests,
  packsThatFit,
  searchesFor,
  type FittedPack,
  type RefusedPack,
} from './find-packs.ts';
import type { Asker } from './ask.ts';
import { areSame, findSides, namedSides, tellSides, type FoundSides } from './find-sides.ts';
import type { Lab } from './lab.ts';
import { labelsOfPack } from './pack-labels.ts';
import { nameOfWorkload, type Matcher } from './read-scope.ts';

export interface Workload {
  scope: readonly Matcher[];
  /** Sides that a person has named. */
  named: { baseline: string; canary: string } | undefined;
  now: number;
}

/** Every pack that finds the workload, nearest to the caller first, and why the others do not. */
export async function fitPacks(
  lab: Lab,
  packs: readonly Pack[],
  workload: Workload,
): Promise<{ fitted: FittedPack[]; refused: RefusedPack[] }> {
  const fitted: FittedPack[] = [];
  const refused: RefusedPack[] = [];
  for (const pack of packsThatFit(packs, new Set(await lab.names()))) {
    const ways = await findSidesOf(pack, lab, workload);
    if ('why' in ways) refused.push({ pack, ...ways });
    else fitted.push({ pack, sides: ways[0], ways });
  }
  const isTold = fitted.some(({ sides }) => sides.sideBySide);
  const blind = fitted.filter(({ sides }) => isTold && !sides.sideBySide);
  const why = 'its labels do not tell the sides apart';
  return {
    fitted: fitted.filter((one) => !blind.includes(one)),
    refused: [...refused, ...blind.map(({ pack }) => ({ pack, why }))],
  };
}

/** Every way to tell the sides apart; or why there is none. */
async function findSidesOf(
  pack: Pack,
  lab: Lab,
  workload: Workload,
): Promise<[FoundSides, ...FoundSides[]] | Omit<RefusedPack, 'pack'>> {
  const { scope, named, now } = workload;
  const labels = labelsOfPack(pack);
  const name = nameOfWorkload(scope);
  let alone: FoundSides | undefined;
  let isThere = false;
  for (const search of searchesFor(labels, scope)) {
    try {
      const series = await lab.seen(search);
      isThere ||= series.length > 0;
      const candidates = candidatesOf(series, labels);
      const [best, ...others] =
        named === undefined ? findSides(candidates, { now, name }) : namedSides(candidates, named);
      if (best?.sideBySide === true) return [best, ...others];
      alone ??= best;
    } catch (thrown) {
      return { why: toFault(thrown).message };
    }
  }
  if (alone !== undefined) return [alone];
  const wanted = labels.variable.map(({ label }) => label).join(' and ');
  if (!isThere) {
    return { why: `no series of ${labels.metric} is of this workload`, isElsewhere: true };
  }
  if (named !== undefined) return { why: `no ${labels.scopeLabel} is "${named.baseline}"` };
  return { why: `its series do not have the labels that tell the sides apart (${wanted})` };
}

/** Where a pack can tell the sides apart in several ways, one is chosen; what was chosen once holds for the packs after it. */
export async function chooseSides(
  fitted: readonly FittedPack[],
  asker: Asker,
): Promise<FittedPack[]> {
  const chosen: FittedPack[] = [];
  for (const one of fitted) {
    if (isTaken(one.pack, chosen) !== undefined) continue;
    const known = one.ways.find((way) => chosen.some(({ sides }) => areSame(sides, way)));
    const question = `Which sides of ${one.pack.name}?`;
    const sides = known ?? (await asker.choose(question, one.ways, tellSides));
    chosen.push({ ...one, sides });
  }
  return fitted.map((one) => chosen.find(({ pack }) => pack === one.pack) ?? one);
}

/** Of packs that tell of the same requests only the first that answers is used. */
export function isTaken(pack: Pack, used: readonly { pack: Pack }[]): Pack | undefined {
  if (!isOfRequests(pack)) return undefined;
  return used.map((one) => one.pack).find(isOfRequests);
}
