import type { Fault } from '../../errors.ts';
import { COUNTED_AS_ZERO } from '../../findings/values/counted-as-zero.ts';
import type { Series } from '../../model/series.ts';
import { divisorsIn, zerosForNothing } from './formula-zeros.ts';
import {
  evaluateExpression,
  parseExpression,
  refuseExpression,
  type Expression,
} from '../../stats/expression.ts';

/** A formula that was read and checked; nothing but arithmetic can be in it. */
export interface Formula {
  text: string;
  /** The queries it uses, each once, in order of appearance. */
  names: string[];
  root: Expression;
}

/**
 * Reads a formula over named queries, for example `errors / requests`. Faults: `invalid-formula`, with
 * the place and what is allowed.
 */
export function parseFormula(text: string, names: readonly string[]): Formula {
  const root = parseExpression(text, { names, noun: 'queries' });
  return { text, names: namesIn(root), root };
}

function namesIn(root: Expression): string[] {
  const operands = root.kind === 'apply' ? root.operands.flatMap(namesIn) : [];
  return [...new Set(root.kind === 'leaf' ? [root.name] : operands)];
}

/**
 * Evaluates a formula point by point. The series of its queries are matched by equal tags; a query
 * with one untagged series combines with all. A query that has no series for some tags, or before its first
 * value, counts as 0 wherever a query that the formula divides by has a value: nothing happened there. Other
 * tags that one tagged query has and another lacks have no result. NaN and infinite operands give NaN, and so
 * does a result that is no finite number: 0/0 says nothing, and one x/0 would swamp every mean. Fault
 * `invalid-formula` when the series lie on different grids or one query has two series of equal tags.
 */
export function evaluateFormula(
  formula: Formula,
  named: Readonly<Record<string, readonly Series[]>>,
): Series[] {
  const byName = new Map(
    formula.names.map((name) => [name, indexByTags(formula, name, named[name] ?? [])]),
  );
  const divisors = divisorsIn(formula.root);
  return keysOf(byName, divisors).flatMap((key) => {
    const found = new Map<string, Series>();
    for (const [name, series] of byName) {
      const one = isUntagged(series) ? series.get(UNTAGGED) : series.get(key);
      if (one !== undefined) found.set(name, one);
    }
    const operands = zerosForNothing(formula, found, divisors);
    return operands === undefined ? [] : [combine(formula, operands)];
  });
}

/** Tags that every tagged query has, of those that the formula divides by where there are any. */
function keysOf(byName: Map<string, Map<string, Series>>, divisors: readonly string[]): string[] {
  const present = [...byName].filter(([, series]) => series.size > 0);
  const dividing = present.filter(([name]) => divisors.includes(name));
  const deciding = dividing.length > 0 ? dividing : [...byName];
  const isTagged = ([, series]: [string, Map<string, Series>]) => !isUntagged(series);
  const tagged = deciding.filter(isTagged).map(([, series]) => series);
  // events by tags out of an untagged whole: their own tags tell them apart
  const [first] = [...tagged, ...present.filter(isTagged).map(([, series]) => series)];
  if (first === undefined) return present.length === 0 ? [] : [UNTAGGED];
  return [...first.keys()].filter((key) => tagged.every((series) => series.has(key)));
}

const UNTAGGED = '[]';

function indexByTags(
  formula: Formula,
  name: string,
  series: readonly Series[],
): Map<string, Series> {
  const byTags = new Map<string, Series>();
  for (const one of series) {
    const key = JSON.stringify(Object.entries(one.tags).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (byTags.has(key)) {
      throw invalid(formula, `cannot be evaluated: query "${name}" has two series of equal tags`);
    }
    byTags.set(key, one);
  }
  return byTags;
}

function isUntagged(series: ReadonlyMap<string, Series>): boolean {
  return series.size === 1 && series.has(UNTAGGED);
}

function combine(formula: Formula, operands: ReadonlyMap<string, Series>): Series {
  const all = [...operands.values()];
  const { startAt, stepMs, values } = all[0]!;
  if (
    !all.every(
      (one) =>
        one.startAt === startAt && one.stepMs === stepMs && one.values.length === values.length,
    )
  ) {
    throw invalid(formula, 'cannot be evaluated: its queries answered on different time grids');
  }
  const queries = [...operands].map(([name, one]) => [
    `query.${name}`,
    one.attributes['query'] ?? '',
  ]);
  return {
    tags: all.find(({ tags }) => Object.keys(tags).length > 0)?.tags ?? {},
    startAt,
    stepMs,
    values: values.map((_, index) =>
      evaluateExpression(formula.root, ({ name }) => operands.get(name)!.values[index]!),
    ),
    attributes: { query: formula.text, ...Object.fromEntries(queries), ...zeroAttribute(all) },
  };
}

/** Names of the queries that were counted as 0 somewhere. */
function zeroAttribute(operands: readonly Series[]): Record<string, string> {
  const names = operands.flatMap(({ attributes }) => attributes[COUNTED_AS_ZERO] ?? []);
  return names.length === 0 ? {} : { [COUNTED_AS_ZERO]: names.join(', ') };
}

function invalid({ text }: Formula, why: string): Fault {
  return refuseExpression(text, why, { noun: 'queries' });
}
