import { COUNTED_AS_ZERO } from '../../findings/values/counted-as-zero.ts';
import type { Series } from '../../model/series.ts';
import type { Expression } from '../../stats/expression.ts';
import type { Formula } from './formula.ts';

/** The queries that a formula divides by. */
export function divisorsIn(root: Expression): string[] {
  if (root.kind !== 'apply') return [];
  const [, ...divisors] = root.name === 'divide' ? root.operands : [];
  return [...new Set([...divisors.flatMap(namesIn), ...root.operands.flatMap(divisorsIn)])];
}

function namesIn(root: Expression): string[] {
  if (root.kind === 'leaf') return [root.name];
  return root.kind === 'apply' ? root.operands.flatMap(namesIn) : [];
}

/**
 * The series of every query: one that has none, or none yet, is 0 where a query that is divided by has a value.
 * A counter of errors has no series before the first error. Undefined where some query stays without any.
 */
export function zerosForNothing(
  formula: Pick<Formula, 'names'>,
  found: ReadonlyMap<string, Series>,
  divisors: readonly string[],
): Map<string, Series> | undefined {
  const operands = new Map<string, Series>();
  for (const name of formula.names) {
    const others = divisors
      .filter((other) => other !== name)
      .flatMap((other) => found.get(other) ?? []);
    const own = found.get(name);
    const filled = fill(name, own, others);
    if (filled === undefined) return undefined;
    operands.set(name, filled);
  }
  return operands;
}

function fill(
  name: string,
  own: Series | undefined,
  others: readonly Series[],
): Series | undefined {
  const [like] = others;
  if (like === undefined) return own;
  const first =
    own === undefined ? Infinity : own.values.findIndex((value) => !Number.isNaN(value));
  const begin = first === -1 ? Infinity : first;
  if (begin === 0) return own;
  const { startAt, stepMs, values, tags } = own ?? like;
  const hasTraffic = (i: number) => others.some((other) => (other.values[i] ?? Number.NaN) > 0);
  if (!values.some((_, i) => i < begin && hasTraffic(i))) return own;
  return {
    tags,
    startAt,
    stepMs,
    values: values.map((value, i) => {
      if (i >= begin) return value;
      return hasTraffic(i) ? 0 : Number.NaN;
    }),
    attributes: { ...own?.attributes, [COUNTED_AS_ZERO]: name },
  };
}
