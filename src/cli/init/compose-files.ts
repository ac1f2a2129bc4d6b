import { stringify } from 'yaml';
import { formatDuration, parseDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';
import { accountOf, type MetricsServer } from '../server/reach-service.ts';
import type { SideScope } from './find-sides.ts';
import type { TriedPack } from './try-pack.ts';

type Schemas = components['schemas'];
type Use = Exclude<Schemas['PackUse'], string>;

/** What the contract lets stand in `parameters` of a pack's use. */
const SAFE = /^[A-Za-z0-9_./:@ -]*$/;
const SHARES: Record<string, number> = { errors: 50, latency: 30, quality: 20 };
const OTHER_SHARE = 10;

/** The entry of one pack: what both sides have in common, and what is left out. */
export function useOf(tried: TriedPack, packs: readonly TriedPack[]): Use {
  const { pack, metrics, slowerThan } = tried;
  const parameters = sharedParameters(tried);
  const without = metrics.filter(({ refused }) => refused !== undefined).map(({ name }) => name);
  const scopeName = scopeNameOf(tried, packs);
  return {
    pack: pack.name,
    ...(scopeName === undefined ? {} : { scopeName }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(slowerThan === undefined ? {} : { slowerThan }),
    ...(without.length === 0 ? {} : { without }),
  };
}

export function configOf(name: string, packs: readonly TriedPack[]): Schemas['CanaryConfig'] {
  return {
    name,
    judge: 'SequentialJudge-v1.0',
    use: packs.map((tried) => useOf(tried, packs)),
    groups: weightsOf(packs),
  };
}

/** Of groups that have a metric, together 100. */
export function weightsOf(packs: readonly TriedPack[]): Record<string, number> {
  const kept = packs.flatMap(({ metrics }) =>
    metrics.filter(({ refused }) => refused === undefined),
  );
  const groups = [...new Set(kept.map(({ metric }) => metric.group ?? 'default'))];
  const raw = groups.map((group) => SHARES[group] ?? OTHER_SHARE);
  const total = raw.reduce((sum, share) => sum + share, 0);
  const weights = raw.map((share) => Math.floor((share * 100) / total));
  weights[0]! += 100 - weights.reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(groups.map((group, index) => [group, weights[index]!]));
}

/** A pack whose scopes are others than those of the first one is read for scopes of its own. */
function scopeNameOf(
  { pack, sides }: TriedPack,
  [first]: readonly TriedPack[],
): string | undefined {
  const isSame =
    first === undefined ||
    (sides.baseline.scope === first.sides.baseline.scope &&
      sides.canary.scope === first.sides.canary.scope);
  return isSame ? undefined : pack.name;
}

function sharedParameters({ sides: { baseline, canary } }: TriedPack): Record<string, string> {
  return Object.fromEntries(
    Object.entries(baseline.parameters).filter(
      ([name, value]) => canary.parameters[name] === value && SAFE.test(value),
    ),
  );
}

export interface RequestWishes {
  stepSeconds: number;
  scrapeSeconds: number;
  durationMs: number;
  /** Of the running service that was asked. */
  account: string | undefined;
}

/** A request for an analysis of these packs from now on, without its config. */
export function requestOf(
  packs: readonly TriedPack[],
  { stepSeconds, scrapeSeconds, durationMs, account }: RequestWishes,
): Omit<Schemas['AnalysisRequest'], 'config'> {
  const pairs = new Map<
    string,
    { baseline: Schemas['ScopeRequest']; canary: Schemas['ScopeRequest'] }
  >();
  for (const tried of packs) {
    const shared = sharedParameters(tried);
    const name = scopeNameOf(tried, packs) ?? 'default';
    const known = pairs.get(name);
    const side = (own: SideScope, other: Schemas['ScopeRequest'] | undefined) =>
      sideOf({ ...own, parameters: { ...other?.parameters, ...own.parameters } }, shared);
    pairs.set(name, {
      baseline: side(tried.sides.baseline, known?.baseline),
      canary: side(tried.sides.canary, known?.canary),
    });
  }
  const { default: own, ...scopes } = Object.fromEntries(pairs);
  const warmups = packs.map(({ pack }) => parseDuration(pack.warmup) ?? 0);
  return {
    ...own!,
    ...(Object.keys(scopes).length === 0 ? {} : { scopes }),
    ...(account === undefined ? {} : { account }),
    window: {
      duration: formatDuration(durationMs),
      warmup: formatDuration(Math.max(...warmups)),
      settle: formatDuration(2 * scrapeSeconds * 1000),
      step: formatDuration(stepSeconds * 1000),
    },
  };
}

function sideOf(
  { scope, parameters, offset }: SideScope,
  shared: Record<string, string>,
): Schemas['ScopeRequest'] {
  const own = Object.fromEntries(Object.entries(parameters).filter(([name]) => !(name in shared)));
  return {
    scope,
    ...(Object.keys(own).length === 0 ? {} : { parameters: own }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** Settings of a service with this metrics server as its only account. */
export function serviceSettings(server: MetricsServer, countSeconds: number): string {
  const account = { ...accountOf(server), scrapeInterval: `${countSeconds}s` };
  return [
    '# Settings of a service that reads this metrics server: canary serve --config THIS FILE',
    '# A secret never stands here: a token is named by its file.',
    stringify({ accounts: [account] }),
  ].join('\n');
}
