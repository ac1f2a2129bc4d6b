import type { MetricSource } from '../../sources/source.ts';
import type { Sources } from '../../sources/registry.ts';
import { probe, type Probe } from './probe.ts';

/** How long an answer stands: whoever asks for our health in a loop does not ask the sources in one. */
const FRESH_MS = 5000;

/**
 * Health of the accounts that want to be a part of ours, one component for each kind of source with its accounts
 * in the details, as Kayenta has it. At most one round of questions is under way, and one in so many seconds.
 */
export function createSourceProbes(
  sources: Pick<Sources, 'get' | 'list'>,
  limitMs: number,
  now: () => number = () => performance.now(),
): () => Promise<Record<string, Probe>> {
  let latest: { at: number; answer: Promise<Record<string, Probe>> } | undefined;
  return () => {
    if (latest === undefined || now() - latest.at >= FRESH_MS) {
      latest = { at: now(), answer: askAll(sources, limitMs) };
    }
    return latest.answer;
  };
}

async function askAll(
  sources: Pick<Sources, 'get' | 'list'>,
  limitMs: number,
): Promise<Record<string, Probe>> {
  const probed = sources
    .list()
    .map(({ kind, account }) => sources.get(kind, account))
    .filter((source) => source.probe !== undefined);
  const answers = await Promise.all(probed.map((source) => ask(source, limitMs)));
  const byKind = Map.groupBy(answers, ({ kind }) => kind);
  return Object.fromEntries([...byKind].map(([kind, ofKind]) => [kind, together(kind, ofKind)]));
}

interface AskedSource {
  kind: string;
  account: string;
  answer: Probe;
}

async function ask(source: MetricSource, limitMs: number): Promise<AskedSource> {
  const { kind, account } = source;
  const signal = AbortSignal.timeout(limitMs);
  return { kind, account, answer: await probe(limitMs, async () => source.probe?.(signal)) };
}

function together(kind: string, asked: readonly AskedSource[]): Probe {
  const isUp = asked.every(({ answer }) => answer.isUp);
  const accounts = asked.map(({ account, answer: { component } }) => {
    const error = component.details?.['error'];
    return [account, { status: component.status, ...(error === undefined ? {} : { error }) }];
  });
  const reason = isUp ? {} : { reason: `one of the ${kind} servers is down` };
  const details = { ...reason, accounts: Object.fromEntries(accounts) as object };
  const isLate = asked.every(({ answer }) => answer.isUp || answer.isLate);
  return { component: { status: isUp ? 'UP' : 'DOWN', details }, isUp, isLate: isLate && !isUp };
}
