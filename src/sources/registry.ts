import { Fault } from '../errors.ts';
import type { OutboundClient } from '../outbound/client.ts';
import type { SharedPlaces } from '../redis/places.ts';
import type { Log } from '../telemetry.ts';
import { createAccountGuard, type AccountLimits } from './asking/account-guard.ts';
import { exploreLink } from './explore-link.ts';
import { createInlineSource } from './inline.ts';
import type { AccountConfig } from '../settings/account.ts';
import { KINDS } from './kinds.ts';
import { createPushSource } from './push/push.ts';
import { createScrapeSource, type RefusePage, type SampleLog } from './scrape/scrape.ts';
import type { MetricSource } from './source.ts';

export interface SourcesDependencies {
  client: OutboundClient;
  /** Reads the pages that callers name, where `refuse` has nothing against it. */
  scrape: { client: OutboundClient; refuse: RefusePage };
  samples: SampleLog;
  now: () => number;
  log: Log;
  /** Where processes share the limits of their accounts. */
  places?: SharedPlaces | undefined;
  /** Limits for accounts that set none. */
  limits?: { maxSeries: number; maxPoints: number } & AccountLimits;
}

/** All sources by kind and account; `inline`, `push` and `scrape` need no account and are always there. */
export interface Sources {
  /** Without an account: the first of that kind. Fault `unknown-account` names the known ones. */
  get(kind: string, account?: string): MetricSource;
  has(kind: string, account: string): boolean;
  list(): Pick<MetricSource, 'kind' | 'account' | 'isRemote'>[];
  /** Nothing is collected any more for an analysis that has ended. */
  unobserve(analysisId: string): void;
  close(): Promise<void>;
}

/** Loads what the kinds of these accounts need, and nothing else. */
export async function createSources(
  accounts: readonly AccountConfig[],
  dependencies: SourcesDependencies,
): Promise<Sources> {
  const sources: readonly MetricSource[] = [
    ...(await Promise.all(accounts.map((account) => createLinked(account, dependencies)))),
    createScrapeSource({ account: 'scrape', ...dependencies, ...dependencies.scrape }),
    createPushSource(dependencies.samples),
    createInlineSource(),
  ];
  const find = (kind: string, account?: string): MetricSource | undefined =>
    sources.find(
      (source) => source.kind === kind && (account === undefined || source.account === account),
    );

  return {
    get(kind, account) {
      const source = find(kind, account);
      if (source !== undefined) return source;
      throw unknownAccount(kind, account, sources);
    },
    has: (kind, account) => find(kind, account) !== undefined,
    list: () =>
      sources.map(({ kind, account, isRemote }) => ({
        kind,
        account,
        ...(isRemote && { isRemote }),
      })),
    unobserve(analysisId) {
      for (const source of sources) source.unobserve?.(analysisId);
    },
    async close() {
      await Promise.all(sources.map(async (source) => source.close?.()));
    },
  };
}

async function createLinked(
  account: AccountConfig,
  dependencies: SourcesDependencies,
): Promise<MetricSource> {
  const source = await createAccount(account, dependencies);
  const { explore } = account;
  if (explore !== undefined) source.link = (query, window) => exploreLink(explore, query, window);
  return source;
}

async function createAccount(
  account: AccountConfig,
  dependencies: SourcesDependencies,
): Promise<MetricSource> {
  const { client, now, limits, log, places } = dependencies;
  const create = await KINDS[account.source]();
  if (limits === undefined) return create(account, { client, now });
  const { maxSeries, maxPoints } = limits;
  const accountConcurrency = account.maxConcurrent ?? limits.accountConcurrency;
  const guard = createAccountGuard(
    account.name,
    { ...limits, accountConcurrency },
    { log, places },
  );
  return create({ maxSeries, maxPoints, ...account }, { client, now, guard });
}

function unknownAccount(
  kind: string,
  account: string | undefined,
  sources: readonly MetricSource[],
): Fault {
  const known = sources
    .filter((source) => source.kind === kind)
    .map(({ account }) => `"${account}"`);
  const kinds = [...new Set(sources.map((source) => source.kind))].join(', ');
  const wanted = account === undefined ? `a ${kind} source` : `${kind} account "${account}"`;
  const advice =
    known.length > 0 ? `known are ${known.join(', ')}` : `configured kinds of source are ${kinds}`;
  return new Fault('unknown-account', `${wanted} is not configured; ${advice}`, {
    subject: `account "${account ?? kind}"`,
  });
}
