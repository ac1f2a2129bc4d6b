import { Fault, toFault } from '../../errors.ts';
import { didYouMean } from '../../closest.ts';
import type { Sources } from '../../sources/registry.ts';
import type { MetricSource } from '../../sources/source.ts';
import type { AnalysisLimits } from '../limits.ts';
import { createPreview, type PreviewQuery } from './preview.ts';

export interface AccountsDependencies {
  sources: Sources;
  limits: AnalysisLimits;
  now(): number;
}

/** One metric source as it may be shown to anybody. */
export interface ShownAccount {
  account: string;
  source: string;
  remote: boolean;
  listsMetrics: boolean;
}

export interface CheckedAccount extends Pick<ShownAccount, 'account' | 'source'> {
  well: boolean;
  /** What kept it from answering. */
  code?: string;
  trouble?: string;
  tookMs: number;
}

/** What the metric sources of this service are, and what they answer. Fault `not-found` for an account there is not. */
export interface Accounts {
  list(): ShownAccount[];
  check(name: string, signal: AbortSignal): Promise<CheckedAccount>;
  /** Sorted; `match` is a selector in the source's own language. */
  metrics(
    name: string,
    wanted: { filter?: string; match?: string },
    signal: AbortSignal,
  ): Promise<string[]>;
  preview: PreviewQuery;
}

export function createAccounts({ sources, limits, now }: AccountsDependencies): Accounts {
  const sourceOf = (name: string): MetricSource => {
    const known = sources.list();
    const found = known.find(({ account }) => account === name);
    if (found !== undefined) return sources.get(found.kind, found.account);
    const names = known.map(({ account }) => account);
    const advice = didYouMean(name, names) || `; there are ${names.join(', ')}`;
    throw new Fault('not-found', `there is no account "${name}"${advice}`, {
      subject: `account "${name}"`,
    });
  };
  return {
    list: () => sources.list().map(({ kind, account }) => show(sources.get(kind, account))),
    check: (name, signal) => check(sourceOf(name), signal),
    async metrics(name, { filter = '', match }, signal) {
      const source = sourceOf(name);
      if (source.listMetrics === undefined) {
        const text = `account "${name}" cannot tell which metrics it has: ${source.kind} is only asked for what a query names`;
        throw new Fault('invalid-request', text, { subject: `account "${name}"` });
      }
      const names = await source.listMetrics(signal, match);
      const part = filter.toLowerCase();
      return names.filter((metric) => metric.toLowerCase().includes(part)).sort();
    },
    preview: createPreview({ sourceOf, limits, now }),
  };
}

function show({ account, kind, isRemote, listMetrics }: MetricSource): ShownAccount {
  const common = { account, source: kind, remote: isRemote === true };
  return { ...common, listsMetrics: listMetrics !== undefined };
}

async function check(source: MetricSource, signal: AbortSignal): Promise<CheckedAccount> {
  const { account, kind } = source;
  const begin = performance.now();
  const tell = (trouble: Pick<CheckedAccount, 'code' | 'trouble'> = {}) => ({
    account,
    source: kind,
    well: trouble.trouble === undefined,
    ...trouble,
    tookMs: Math.round(performance.now() - begin),
  });
  try {
    await source.ping?.(signal);
    return tell();
  } catch (thrown) {
    signal.throwIfAborted();
    const { code, message } = toFault(thrown);
    if (code === 'internal') throw thrown;
    return tell({ code, trouble: message });
  }
}
