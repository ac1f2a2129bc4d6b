import { isDeepStrictEqual } from 'node:util';
import type { Candidate } from './find-candidates.ts';

/** One side, as a request has it. */
export interface SideScope {
  scope: string;
  parameters: Record<string, string>;
  /** How much earlier it is read; only of a baseline that is the canary's own past. */
  offset?: string;
}

export interface FoundSides {
  baseline: SideScope;
  canary: SideScope;
  /** How they were told apart, as a sentence. */
  rule: string;
  /** False for a comparison with the time before. */
  sideBySide: boolean;
}

const CANARY_WORDS = ['canary', 'preview', 'candidate', 'experiment', 'green', 'next'];
const BASELINE_WORDS = [
  'baseline',
  'stable',
  'primary',
  'control',
  'blue',
  'current',
  'active',
  'prod',
];
/** Seen last so much before now, it has gone. */
const GONE_MS = 30 * 60_000;
/** Of two that were first seen within it, neither is newer. */
const SAME_AGE_MS = 20 * 60_000;
const BEFORE = '1d';

/**
 * Every way in which two of the candidates are the sides, best first, by what tools write: Flagger's `-primary`, words
 * such as `canary` and `stable` in names or parameters, else the age of versions and ReplicaSets. One alone is compared
 * with the day before. None without any that is alive.
 */
export function findSides(
  candidates: readonly Candidate[],
  { now, name }: { now: number; name: string },
): FoundSides[] {
  const alive = candidates.filter(({ lastSeenAt }) => now - lastSeenAt <= GONE_MS);
  const own = alive.filter((one) => isOf(name, one));
  const ways = findAmong(own);
  return ways.length > 0 ? ways : findAmong(alive);
}

/** Not `checkout-db` for `checkout`. */
function isOf(name: string, { scope, parameters }: Candidate): boolean {
  const lasts = Object.values(parameters).map((value) => value.split('/').at(-1));
  return stemOf(scope) === name || lasts.includes(name);
}

function findAmong(alive: readonly Candidate[]): FoundSides[] {
  const of = (reading: Candidate['reading']) => alive.filter((one) => one.reading === reading);
  const [whole, short, long] = [of('whole'), of('short'), of('long')];
  const named = [...byFlagger([...whole, ...short]), ...byWords([...whole, ...short])];
  const ways = [...named, ...byEmptyParameter(whole), ...byAge(whole, 'version')];
  // ReplicaSets of sides that have names are these sides once more
  const found = ways.length > 0 ? ways : [...byWords(long), ...byAge(long, 'ReplicaSet')];
  return found.length > 0
    ? found.filter((way, at) => found.findIndex((one) => areSame(one, way)) === at)
    : alone([...whole, ...short][0]);
}

/** Whether both ways compare the same. */
export function areSame(a: FoundSides, b: FoundSides): boolean {
  return isDeepStrictEqual([a.baseline, a.canary], [b.baseline, b.canary]);
}

/** A way, for a person who chooses. */
export function tellSides({ baseline, canary, rule }: FoundSides): string {
  return `baseline ${baseline.scope}, canary ${canary.scope} (${rule})`;
}

/** Sides that a person has named; none where the baseline is not among the candidates. */
export function namedSides(
  candidates: readonly Candidate[],
  named: { baseline: string; canary: string },
): FoundSides[] {
  const find = (name: string) =>
    candidates.find(({ scope }) => scope === name) ??
    candidates.find(({ parameters }) => Object.values(parameters).includes(name));
  const [baseline, canary] = [find(named.baseline), find(named.canary)];
  if (baseline === undefined) return [];
  const absent = { ...baseline, scope: named.canary };
  return [pair(baseline, canary ?? absent, 'named by you')];
}

function pair(baseline: Candidate, canary: Candidate, rule: string): FoundSides {
  const side = ({ scope, parameters }: Candidate): SideScope => ({ scope, parameters });
  return { baseline: side(baseline), canary: side(canary), rule, sideBySide: true };
}

function byFlagger(candidates: readonly Candidate[]): FoundSides[] {
  const found: FoundSides[] = [];
  for (const primary of candidates.filter(({ scope }) => scope.endsWith('-primary'))) {
    const name = primary.scope.replace(/-primary$/, '');
    const canary = candidates.find((one) => one.scope === name && isSamePlace(one, primary));
    if (canary !== undefined) {
      const rule = `Flagger keeps the old version as ${primary.scope} and rolls out ${name}`;
      found.push(pair(primary, canary, rule));
    }
  }
  return found;
}

function byWords(candidates: readonly Candidate[]): FoundSides[] {
  const found: FoundSides[] = [];
  for (const canary of candidates) {
    const word = wordIn(canary.scope, CANARY_WORDS);
    if (word === undefined) continue;
    const stem = without(canary.scope, word);
    const partners = candidates.filter((one) => one !== canary && isSamePlace(one, canary));
    const worded = partners.find((one) => {
      const other = wordIn(one.scope, BASELINE_WORDS);
      return other !== undefined && without(one.scope, other) === stem;
    });
    const bare = partners.find(({ scope }) => scope === stem);
    for (const baseline of [worded, bare].filter((one) => one !== undefined)) {
      const rule = `the names say so: ${baseline.scope} and ${canary.scope}`;
      found.push(pair(baseline, canary, rule));
    }
  }
  return found;
}

/** An ingress has one name for both, and tells by a parameter where a request went. */
function byEmptyParameter(candidates: readonly Candidate[]): FoundSides[] {
  const found: FoundSides[] = [];
  for (const baseline of candidates) {
    const [empty, ...others] = Object.entries(baseline.parameters).filter(
      ([, value]) => value === '',
    );
    if (empty === undefined || others.length > 0) continue;
    const [name] = empty;
    const canary = candidates.find(
      (one) => one.scope === baseline.scope && one.parameters[name] !== '',
    );
    if (canary !== undefined) {
      const value = canary.parameters[name] ?? '';
      found.push(pair(baseline, canary, `requests to the canary have ${name}="${value}"`));
    }
  }
  return found;
}

/** The newest against the oldest that is still alive, then against the one before it; where of one age, by their numbers. */
function byAge(candidates: readonly Candidate[], what: string): FoundSides[] {
  const versions = candidates.filter(({ scope }) => versionIn(scope) !== undefined);
  const [first] = versions;
  if (first === undefined) return [];
  const family = versions.filter(
    (one) => isSamePlace(one, first) && stemOf(one.scope) === stemOf(first.scope),
  );
  const ordered = family.toSorted((a, b) =>
    Math.abs(a.firstSeenAt - b.firstSeenAt) > SAME_AGE_MS
      ? a.firstSeenAt - b.firstSeenAt
      : a.scope.localeCompare(b.scope, 'en', { numeric: true }),
  );
  const canary = ordered.at(-1)!;
  const more = family.length > 2 ? ` (of ${family.length})` : '';
  return [ordered[0]!, ordered.at(-2)!].flatMap((baseline) => {
    if (baseline === canary || baseline === undefined) return [];
    const isOlder = canary.firstSeenAt - baseline.firstSeenAt > SAME_AGE_MS;
    if (!isOlder && what !== 'version') return [];
    const why = isOlder
      ? `${canary.scope} was first seen later`
      : `both are of one age, and ${canary.scope} is the higher number`;
    return [pair(baseline, canary, `by ${what}: ${why}${more}`)];
  });
}

function alone(only: Candidate | undefined): FoundSides[] {
  if (only === undefined) return [];
  const side = { scope: only.scope, parameters: only.parameters };
  const rule = `only ${only.scope} serves now: it is compared with itself ${BEFORE} before, so that what the day does counts as a change`;
  return [{ baseline: { ...side, offset: BEFORE }, canary: side, rule, sideBySide: false }];
}

function isSamePlace(a: Candidate, b: Candidate): boolean {
  const keys = new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...keys].every((key) => a.parameters[key] === b.parameters[key]);
}

/** `v41`, `1.4.2`, a commit, the hash of a ReplicaSet, or a name that ends in one; undefined where there is none. */
const VERSION = /(?:^|[-_.@])(?:v?\d[\w.+]*|[0-9a-f]{7,40}|[b-df-hj-np-tv-xz24-9]{6,10})$/;

function versionIn(scope: string): string | undefined {
  return VERSION.exec(scope)?.[0];
}

/** A scope without the words and versions that tell sides apart. */
function stemOf(scope: string): string {
  const bare = [...CANARY_WORDS, ...BASELINE_WORDS].reduce(without, scope);
  return bare.replace(VERSION, '');
}

function wordIn(text: string, words: readonly string[]): string | undefined {
  return words.find((word) => partOf(word).test(text));
}

function partOf(word: string): RegExp {
  return new RegExp(`(?:^|[-_./])${word}(?![a-zA-Z])`);
}

/** `checkout-canary-80` is `checkout-80` without its word. */
function without(text: string, word: string): string {
  return text.replace(partOf(word), '').replace(/^[-_./]/, '');
}
