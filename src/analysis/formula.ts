import {
  parse,
  type ConstantNode,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  type SymbolNode,
} from 'mathjs/number';
import { Fault } from '../errors.ts';
import type { Series } from '../model/series.ts';

/** A formula that was read and checked; nothing but arithmetic can be in it. */
export interface Formula {
  text: string;
  /** The queries it uses, each once, in order of appearance. */
  names: string[];
  root: Tree;
}

type Tree =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'apply'; operation: Operation; operands: Tree[] };

type Operation = (...operands: number[]) => number;

const OPERATORS: Record<string, Operation> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: (a, b) => a ** b,
  unaryMinus: (a) => -a,
};

const FUNCTIONS: Record<string, { operation: Operation; operands: number | 'any' }> = {
  abs: { operation: Math.abs, operands: 1 },
  sqrt: { operation: Math.sqrt, operands: 1 },
  exp: { operation: Math.exp, operands: 1 },
  log: { operation: Math.log, operands: 1 },
  log10: { operation: Math.log10, operands: 1 },
  min: { operation: Math.min, operands: 'any' },
  max: { operation: Math.max, operands: 'any' },
  clamp: { operation: (x, low, high) => Math.min(Math.max(x, low), high), operands: 3 },
};

const ALLOWED = `allowed are numbers, names of queries, + - * / ^, parentheses, and the functions ${Object.keys(FUNCTIONS).join(', ')}`;
const MAX_LENGTH = 1000;
const MAX_NODES = 100;
const MAX_DEPTH = 50;

/**
 * Reads a formula over named queries, for example `errors / requests`. mathjs only parses; its tree is
 * held to a short list of node types, operators and functions, because mathjs itself knows assignments,
 * ranges and calls that can eat memory. Faults: `invalid-formula`, with the place and what is allowed.
 */
export function parseFormula(text: string, names: readonly string[]): Formula {
  if (text.trim() === '') throw invalid(text, 'is empty');
  if (text.length > MAX_LENGTH) throw invalid(text, `is longer than ${MAX_LENGTH} characters`);
  if (nesting(text) > MAX_DEPTH) throw invalid(text, `is nested deeper than ${MAX_DEPTH}`);
  const used = new Set<string>();
  let nodes = 0;

  function check(node: MathNode, depth: number): Tree {
    if (++nodes > MAX_NODES) throw invalid(text, `has more than ${MAX_NODES} parts`);
    if (depth > MAX_DEPTH) throw invalid(text, `is nested deeper than ${MAX_DEPTH}`);
    switch (node.type) {
      case 'ParenthesisNode':
        return check((node as MathNode & { content: MathNode }).content, depth + 1);
      case 'ConstantNode':
        return checkConstant(node as ConstantNode);
      case 'SymbolNode':
        return checkName((node as SymbolNode).name);
      case 'OperatorNode':
        return checkOperator(node as OperatorNode, depth);
      case 'FunctionNode':
        return checkFunction(node as FunctionNode, depth);
      default:
        throw notAllowed(text, node);
    }
  }

  function checkConstant(node: ConstantNode): Tree {
    const value: unknown = node.value;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw notAllowed(text, node);
    return { kind: 'number', value };
  }

  function checkName(name: string): Tree {
    if (!names.includes(name)) {
      const at = text.indexOf(name) + 1;
      throw invalid(
        text,
        `names "${name}" at position ${at}, but its queries are ${names.join(', ') || 'none'}`,
      );
    }
    used.add(name);
    return { kind: 'name', name };
  }

  function checkOperator(node: OperatorNode, depth: number): Tree {
    const operation = Object.hasOwn(OPERATORS, node.fn) ? OPERATORS[node.fn] : undefined;
    // `errors requests` is a forgotten operator more often than a product.
    if (operation === undefined || node.implicit) throw notAllowed(text, node);
    return { kind: 'apply', operation, operands: node.args.map((arg) => check(arg, depth + 1)) };
  }

  function checkFunction(node: FunctionNode, depth: number): Tree {
    const name = node.fn.type === 'SymbolNode' ? node.fn.name : '';
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined) throw notAllowed(text, node);
    const { operation, operands } = known;
    const given = node.args.length;
    if (operands === 'any' ? given === 0 : given !== operands) {
      throw invalid(
        text,
        `calls ${name} with ${given} operands instead of ${operands === 'any' ? 'one or more' : operands}`,
      );
    }
    return { kind: 'apply', operation, operands: node.args.map((arg) => check(arg, depth + 1)) };
  }

  const root = check(parseText(text), 0);
  if (used.size === 0) throw invalid(text, 'uses none of its queries');
  return { text, names: [...used], root };
}

/**
 * Evaluates a formula point by point. The series of its queries are matched by equal tags; a query
 * with one untagged series combines with all. Tags that one tagged query has and another lacks have no
 * result, and a query without series leaves none at all. NaN and infinite operands give NaN, and so
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
  const tagged = [...byName.values()].filter((series) => !isUntagged(series));
  const [first] = tagged.length > 0 ? tagged : byName.values();
  const keys = [...(first?.keys() ?? [])].filter((key) =>
    tagged.every((series) => series.has(key)),
  );
  return keys.flatMap((key) => {
    const operands = new Map<string, Series>();
    for (const [name, series] of byName) {
      const one = isUntagged(series) ? series.get(UNTAGGED) : series.get(key);
      if (one !== undefined) operands.set(name, one);
    }
    return operands.size === formula.names.length ? [combine(formula, operands)] : [];
  });
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
      throw invalid(
        formula.text,
        `cannot be evaluated: query "${name}" has two series of equal tags`,
      );
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
    throw invalid(
      formula.text,
      'cannot be evaluated: its queries answered on different time grids',
    );
  }
  const queries = [...operands].map(([name, one]) => [
    `query.${name}`,
    one.attributes['query'] ?? '',
  ]);
  return {
    tags: all.find(({ tags }) => Object.keys(tags).length > 0)?.tags ?? {},
    startAt,
    stepMs,
    values: values.map((_, index) => evaluateAt(formula.root, operands, index)),
    attributes: { query: formula.text, ...Object.fromEntries(queries) },
  };
}

/** A NaN operand must win even where JavaScript forgets it, as in `NaN ** 0`. */
function evaluateAt(tree: Tree, operands: ReadonlyMap<string, Series>, index: number): number {
  if (tree.kind === 'number') return tree.value;
  if (tree.kind === 'name') return finite(operands.get(tree.name)!.values[index]!);
  const values = tree.operands.map((operand) => evaluateAt(operand, operands, index));
  return values.some(Number.isNaN) ? NaN : finite(tree.operation(...values));
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/** mathjs' parser recurses: the depth must be known before it runs. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '(') deepest = Math.max(deepest, (depth += 1));
    if (character === ')') depth -= 1;
  }
  return deepest;
}

function parseText(text: string): MathNode {
  try {
    return parse(text);
  } catch (error) {
    const at =
      error instanceof Error && 'char' in error ? ` at position ${String(error.char)}` : '';
    throw invalid(text, `cannot be read${at}`);
  }
}

function notAllowed(text: string, node: MathNode): Fault {
  const part = node.toString();
  const at = text.indexOf(part) + 1;
  const place = at > 0 ? ` at position ${at}` : '';
  return invalid(text, `has "${part}"${place}, which is not allowed`);
}

function invalid(text: string, why: string): Fault {
  return new Fault('invalid-formula', `formula "${text.slice(0, 200)}" ${why}; ${ALLOWED}`);
}
