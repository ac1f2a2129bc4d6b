import type { Pack } from '../../packs/pack.ts';
import type { FoundSides } from './find-sides.ts';
import type { PackLabels } from './pack-labels.ts';
import { escapeRegex } from './pack-labels.ts';
import { escapeString, isPlace, nameOfWorkload, writeMatcher, type Matcher } from './read-scope.ts';

/** A pack that finds the workload, and its sides. */
export interface FittedPack {
  pack: Pack;
  sides: FoundSides;
  /** Every way to tell them apart, best first. */
  ways: readonly FoundSides[];
}

/** A pack whose metrics are there, and why it is not used. */
export interface RefusedPack {
  pack: Pack;
  why: string;
  /** It tells of other workloads alone. */
  isElsewhere?: boolean;
}

/** Packs of which every metric is there, nearest to the caller first. */
export function packsThatFit(packs: readonly Pack[], names: ReadonlySet<string>): Pack[] {
  return packs
    .filter(({ detect }) => detect.every((name) => names.has(name)))
    .toSorted((a, b) => a.priority - b.priority);
}

/**
 * Expressions that find the series of a workload for a pack, best first: by the labels that a person gave, by these or by
 * a scope that holds the name, by a parameter that does. Each gives the labels that the pack reads.
 */
export function searchesFor(labels: PackLabels, scope: readonly Matcher[]): string[] {
  const name = nameOfWorkload(scope);
  const holds = `=~"${escapeString(`(.*[^a-zA-Z0-9])?${escapeRegex(name)}([^a-zA-Z0-9].*)?`)}"`;
  const places = placesFor(labels, scope);
  const given = scope.map(writeMatcher);
  const by = [...new Set(labels.variable.map(({ label }) => label))].join(', ');
  const counts = (matchers: readonly string[]) =>
    `count by (${by}) (${labels.metric}{${[...labels.fixed, ...matchers].join(',')}})`;
  const named = [`${labels.scopeLabel}${holds}`, ...places];
  const others = labels.variable
    .map(({ label }) => label)
    .filter((label) => label !== labels.scopeLabel && !isPlace(label));
  return [
    counts(given),
    `${counts(given)} or ${counts(named)}`,
    ...others.map((label) => counts([`${label}${holds}`, ...places])),
  ];
}

/** The places that a person gave, by the names that the pack has for them. */
function placesFor({ variable }: PackLabels, scope: readonly Matcher[]): string[] {
  return scope
    .filter(({ label }) => isPlace(label))
    .flatMap((matcher) => {
      const own = variable.find(({ names }) => names.some((name) => name === matcher.label));
      return own === undefined ? [] : [writeMatcher({ ...matcher, label: own.label })];
    });
}

/** These count something else than requests as a caller sees them, so they stand beside a pack that does. */
const OTHER_TRAFFIC = ['vllm', 'messaging-otel', 'db-client-otel'];

/** Whether a pack tells of the same requests as others of its kind: only one of them is used. */
export function isOfRequests({ name, traffic }: Pack): boolean {
  return traffic !== undefined && !OTHER_TRAFFIC.includes(name);
}
