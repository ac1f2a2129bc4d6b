import type { Pack } from '../../packs/pack.ts';

/** One matcher of a pack's selector. */
interface SelectMatcher {
  label: string;
  operator: string;
  value: string;
}

/** Where in the labels of a pack's series the scope and the parameters stand. */
export interface PackLabels {
  /** The metric whose series are looked at. */
  metric: string;
  /** Matchers without variables, as text. */
  fixed: string[];
  /** Matchers with variables: label, and how its value is read. */
  variable: { label: string; names: string[]; reads: RegExp[] }[];
  /** Label that holds the scope. */
  scopeLabel: string;
}

const MATCHERS = /([a-zA-Z_]\w*)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"/g;
const VARIABLE = /\$\{(\w+)\}/g;
/** Of a pack that tells its sides apart by another metric. */
const JOINED = /([a-zA-Z_:][\w:]*)\{((?:\$\{\w+\}|[^}])*\$\{scope\}(?:\$\{\w+\}|[^}])*)\}/;

/** Reads a pack's selector backwards: from labels to scopes. */
export function labelsOfPack(pack: Pack): PackLabels {
  const joined = JOINED.exec(pack.traffic?.join ?? '');
  const metric = joined?.[1] ?? pack.traffic?.requests ?? pack.detect[0]!;
  const select = joined?.[2] ?? pack.select;
  const matchers = [...select.matchAll(MATCHERS)].map(
    ([, label, operator, value]): SelectMatcher => ({
      label: label!,
      operator: operator!,
      value: value!,
    }),
  );
  const isVariable = ({ value }: SelectMatcher) => value.includes('${');
  const variable = matchers.filter(isVariable).map(({ label, operator, value }) => ({
    label,
    names: [...value.matchAll(VARIABLE)].map(([, name]) => name!),
    reads: readersOf(value, operator === '=~'),
  }));
  return {
    metric,
    fixed: matchers
      .filter((matcher) => !isVariable(matcher))
      .map(({ label, operator, value }) => `${label}${operator}"${value}"`),
    variable,
    scopeLabel: variable.find(({ names }) => names.includes('scope'))?.label ?? '',
  };
}

/**
 * How a label's value gives the variables: once with the shortest scope, once with the longest, as the name of a pod
 * tells of its Deployment and of its ReplicaSet.
 */
function readersOf(value: string, isRegex: boolean): RegExp[] {
  const parts = value.split(VARIABLE);
  const build = (any: string) =>
    new RegExp(
      `^${parts.map((part, index) => (index % 2 === 1 ? `(?<${part}>${any})` : isRegex ? part : escapeRegex(part))).join('')}$`,
    );
  return isRegex ? [build('.+?'), build('.+')] : [build('.*')];
}

export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
