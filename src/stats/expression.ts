import { createRequire } from 'node:module';
import type {
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  parse,
  SymbolNode,
} from 'mathjs/number';
import { Fault } from '../errors.ts';

/** An expression that was read and checked; nothing but arithmetic can be in it. */
export type Expression =
  | { kind: 'number'; value: number }
  | Leaf
  | { kind: 'apply'; name: string; operation: Operation; operands: Expression[] };

/** What the caller knows the value of: a name, or one number that sums up a named series. */
export interface Leaf {
  kind: 'leaf';
  name: string;
  /** For example `p95` of `p95(latency)`; absent for a bare name. */
  aggregate?: string;
  /** Numbers after the name, as the 0.99 of `quantile(latency, 0.99)`. */
  parameters: number[];
}

/** What may be named in an expression, and how. */
export interface Grammar {
  names: readonly string[];
  /** What the names stand for, in messages: `queries`. */
  noun: string;
  /** Aggregates with their number of parameters; where given, no name stands outside of one. */
  aggregates?: Readonly<Record<string, number>>;
}

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
  burnRate: { operation: (share, objective) => share / (1 - objective), operands: 2 },
  clamp: { operation: (x, low, high) => Math.min(Math.max(x, low), high), operands: 3 },
};

/** Loading mathjs takes longer than most judgements: only done where there is something to read. */
const load = createRequire(import.meta.url);

const MAX_LENGTH = 1000;
const MAX_NODES = 100;
const MAX_DEPTH = 50;

/**
 * Reads arithmetic over names, for example `errors / requests`. mathjs only parses; its tree is held to
 * a short list of node types, operators and functions, because mathjs itself knows assignments, ranges
 * and calls that can eat memory. Faults: `invalid-formula`, with the place and what is allowed.
 */
export function parseExpression(text: string, grammar: Grammar): Expression {
  const refuse = (why: string): Fault => refuseExpression(text, why, grammar);
  if (text.trim() === '') throw refuse('is empty');
  if (text.length > MAX_LENGTH) throw refuse(`is longer than ${MAX_LENGTH} characters`);
  if (nesting(text) > MAX_DEPTH) throw refuse(`is nested deeper than ${MAX_DEPTH}`);
  let isUsed = false;
  let nodes = 0;

  function check(node: MathNode, depth: number): Expression {
    if (++nodes > MAX_NODES) throw refuse(`has more than ${MAX_NODES} parts`);
    if (depth > MAX_DEPTH) throw refuse(`is nested deeper than ${MAX_DEPTH}`);
    switch (node.type) {
      case 'ParenthesisNode':
        return check((node as MathNode & { content: MathNode }).content, depth + 1);
      case 'ConstantNode':
        return { kind: 'number', value: checkConstant(node) };
      case 'SymbolNode':
        return checkBareName((node as SymbolNode).name);
      case 'OperatorNode':
        return checkOperator(node as OperatorNode, depth);
      case 'FunctionNode':
        return checkCall(node as FunctionNode, depth);
      default:
        throw notAllowed(node);
    }
  }

  function checkConstant(node: MathNode): number {
    const value: unknown = node.type === 'ConstantNode' && (node as ConstantNode).value;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw notAllowed(node);
    return value;
  }

  function checkBareName(name: string): Expression {
    checkName(name);
    if (grammar.aggregates === undefined) return { kind: 'leaf', name, parameters: [] };
    const example = Object.keys(grammar.aggregates)[0];
    throw refuse(`names "${name}" as if it were one number; sum it up, as in ${example}(${name})`);
  }

  function checkName(name: string): void {
    isUsed = true;
    if (grammar.names.includes(name)) return;
    const at = text.indexOf(name) + 1;
    const known = grammar.names.join(', ') || 'none';
    throw refuse(`names "${name}" at position ${at}, but its ${grammar.noun} are ${known}`);
  }

  function checkOperator(node: OperatorNode, depth: number): Expression {
    const operation = Object.hasOwn(OPERATORS, node.fn) ? OPERATORS[node.fn] : undefined;
    // `errors requests` is a forgotten operator more often than a product.
    if (operation === undefined || node.implicit) throw notAllowed(node);
    const operands = node.args.map((arg) => check(arg, depth + 1));
    return { kind: 'apply', name: node.fn, operation, operands };
  }

  function checkCall(node: FunctionNode, depth: number): Expression {
    const name = node.fn.type === 'SymbolNode' ? node.fn.name : '';
    const aggregates = grammar.aggregates ?? {};
    // `max(latency)` sums up a series, `max(1, 2)` compares numbers
    const [first] = node.args;
    if (Object.hasOwn(aggregates, name) && first?.type === 'SymbolNode') {
      return checkAggregate(name, node, aggregates[name]!);
    }
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined) throw notAllowed(node);
    const { operation, operands } = known;
    checkCount(name, node, operands);
    const inner = node.args.map((arg) => check(arg, depth + 1));
    return { kind: 'apply', name, operation, operands: inner };
  }

  function checkAggregate(aggregate: string, node: FunctionNode, parameters: number): Expression {
    const [series, ...numbers] = node.args as [SymbolNode, ...MathNode[]];
    checkCount(aggregate, node, 1 + parameters);
    checkName(series.name);
    return {
      kind: 'leaf',
      name: series.name,
      aggregate,
      parameters: numbers.map((number) => checkConstant(number)),
    };
  }

  function checkCount(name: string, { args }: FunctionNode, operands: number | 'any'): void {
    if (operands === 'any' ? args.length > 0 : args.length === operands) return;
    const wanted = operands === 'any' ? 'one or more' : operands;
    throw refuse(`calls ${name} with ${args.length} operands instead of ${wanted}`);
  }

  function notAllowed(node: MathNode): Fault {
    const part = node.toString();
    const at = text.indexOf(part) + 1;
    return refuse(`has "${part}"${at > 0 ? ` at position ${at}` : ''}, which is not allowed`);
  }

  const root = check(parseText(text, refuse), 0);
  if (!isUsed) throw refuse(`uses none of its ${grammar.noun}`);
  return root;
}

/**
 * The value of an expression. NaN and infinite operands give NaN, and so does a result that is no finite
 * number: 0/0 says nothing, and one x/0 would swamp every mean. A NaN wins even where JavaScript
 * forgets it, as in `NaN ** 0`.
 */
export function evaluateExpression(root: Expression, valueOf: (leaf: Leaf) => number): number {
  if (root.kind === 'number') return root.value;
  if (root.kind === 'leaf') return finite(valueOf(root));
  const values = root.operands.map((operand) => evaluateExpression(operand, valueOf));
  return values.some(Number.isNaN) ? NaN : finite(root.operation(...values));
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

function parseText(text: string, refuse: (why: string) => Fault): MathNode {
  const mathjs = load('mathjs/number') as { parse: typeof parse };
  try {
    return mathjs.parse(text);
  } catch (error) {
    const at =
      error instanceof Error && 'char' in error ? ` at position ${String(error.char)}` : '';
    throw refuse(`cannot be read${at}`);
  }
}

/** The fault of an expression: what is wrong with it, and what is allowed. */
export function refuseExpression(
  text: string,
  why: string,
  { noun, aggregates }: Pick<Grammar, 'noun' | 'aggregates'>,
): Fault {
  const functions = [...Object.keys(aggregates ?? {}), ...Object.keys(FUNCTIONS)];
  const allowed = `allowed are numbers, names of ${noun}, + - * / ^, parentheses, and the functions ${[...new Set(functions)].join(', ')}`;
  return new Fault('invalid-formula', `formula "${text.slice(0, 200)}" ${why}; ${allowed}`);
}
