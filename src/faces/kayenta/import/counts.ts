import { toFault } from '../../../errors.ts';
import { KINDS, type Item, type Kind } from './item.ts';
import type { Outcome, Target } from './target.ts';

type Counts = Record<Kind, Record<Outcome | 'failed', number>>;

export interface Failure {
  kind: Kind;
  id: string;
  why: string;
}

export function emptyCounts(kinds: typeof KINDS): Counts {
  const none = () => ({ imported: 0, replaced: 0, 'already there': 0, failed: 0 });
  return Object.fromEntries(Object.keys(kinds).map((kind) => [kind, none()])) as Counts;
}

/** Copies one object and counts how it went. Throws when the service that is copied to does not answer. */
export async function countItem(
  { kind, id, read }: Item,
  target: Target,
  { counts, failures }: { counts: Counts; failures: Failure[] },
): Promise<void> {
  const fail = (error: unknown) => {
    counts[kind].failed += 1;
    failures.push({ kind, id, why: toFault(error).message });
  };
  let document: unknown;
  try {
    document = await read();
  } catch (error) {
    return fail(error);
  }
  try {
    counts[kind][await target(kind, id, document)] += 1;
  } catch (error) {
    if (toFault(error).retryable) throw error;
    fail(error);
  }
}

/** One line a kind, then one for each failure. */
export function renderCounts(counts: Counts, failures: readonly Failure[]): string {
  const lines = Object.entries(counts).map(([kind, byOutcome]) => {
    const parts = Object.entries(byOutcome)
      .filter(([, count]) => count > 0)
      .map(([outcome, count]) => `${count} ${outcome}`);
    return `${KINDS[kind as Kind]}: ${parts.join(', ') || 'none'}\n`;
  });
  const told = failures.map(({ kind, id, why }) => `failed: ${kind} ${id}: ${why}\n`);
  return [...lines, ...told].join('');
}
