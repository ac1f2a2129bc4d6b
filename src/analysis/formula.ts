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
  add: (a, b) => a! + b!,
  subtract: (a, b) => a! - b!,
  multiply: (a, b) => a! * b!,
  divide: (a, b) => a! / b!,
  pow: (a, b) => a! ** b!,
  unaryMinus: (a) => -a!,
};

const FUNCTIONS: Record<string, { operation: Operation; operands: number | 'any' }> = {
  abs: { operation: Math.abs, operands: 1 },
  sqrt: { operation: Math.sqrt, operands: 1 },
  exp: { operation: Math.exp, operands: 1 },
  log: { operation: Math.log, operands: 1 },
  log10: { operation: Math.log10, operands: 1 },
  min: { operation: Math.min, operands: 'any' },
  max: { operation: Math.max, operands: 'any' },
  clamp: { operation: (x, low, high) => Math.min(Math.max(x!, low!), high!), operands: 3 },
};

const ALLOWED = `allowed are numbers, names of queries, + - * / ^, parentheses, and the functions ${Object.keys(FUNCTIONS).join(', ')}`;
const MAX_LENGTH = 1000;
const MAX_NODES = 100;
const MAX_DEPTH = 20;

/**
 * Reads a formula over named queries, for example `errors / requests`. mathjs only parses; its tree is
 * held to a short list of node types, operators and functions, because mathjs itself knows assignments,
 * ranges and calls that can eat memory. Faults: `invalid-formula`, with the place and what is allowed.
 */
export function parseFormula(text: string, names: readonly string[]): Formula {
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
      const at = text.search(new RegExp(`\\b${RegExp.escape(name)}\\b`)) + 1;
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
