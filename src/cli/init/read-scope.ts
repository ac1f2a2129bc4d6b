import { Fault } from '../../errors.ts';

/** One label matcher of `--scope`. */
export interface Matcher {
  label: string;
  operator: '=' | '=~' | '!=' | '!~';
  value: string;
}

const MATCHER =
  /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^"'{}\s=][^"'{}\s]*))\s*$/;

/**
 * Reads `app=checkout`, `namespace=shop,app=checkout` or a selector in braces. Faults: `invalid-request` with what was
 * meant.
 */
export function readScope(text: string): Matcher[] {
  const inner = text.trim().replace(/^\{([^]*)\}$/, '$1');
  const parts = splitOutsideQuotes(inner).filter((part) => part.trim() !== '');
  if (parts.length === 0) {
    throw wrong(text, 'where a label of the workload is needed, such as app=checkout');
  }
  return parts.map((part) => {
    const [, label, operator, quoted, single, bare] = MATCHER.exec(part) ?? [];
    if (label !== undefined) {
      const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? single ?? bare ?? '';
      if (value === '') throw wrong(text, `where "${label}" has no value`);
      return { label, operator: operator as Matcher['operator'], value };
    }
    const [, colonLabel, colonValue] = /^\s*([a-zA-Z_]\w*)\s*(?::|==)\s*(\S+)\s*$/.exec(part) ?? [];
    if (colonLabel !== undefined) throw wrong(text, `; did you mean ${colonLabel}=${colonValue}?`);
    if (/^\s*[\w./-]+\s*$/.test(part)) throw wrong(text, `; did you mean app=${part.trim()}?`);
    throw wrong(text, `where "${part.trim()}" is no LABEL=VALUE`);
  });
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,])+/g) ?? [];
}

function wrong(text: string, why: string): Fault {
  const joint = why.startsWith(';') ? '' : ', ';
  return new Fault('invalid-request', `--scope got "${text}"${joint}${why}`);
}

export function writeMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}"${escapeString(value)}"`;
}

export function writeSelector(matchers: readonly Matcher[]): string {
  return `{${matchers.map(writeMatcher).join(',')}}`;
}

export function escapeString(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}

const PLACES = /namespace|cluster|region|zone|environment|^env$/i;

/** Label that says where a workload runs, not which one it is. */
export function isPlace(label: string): boolean {
  return PLACES.test(label);
}

/** What a person calls the workload: the value of its first label that names it and not its place. */
export function nameOfWorkload(matchers: readonly Matcher[]): string {
  const named = matchers.filter(({ operator }) => operator === '=');
  const own = named.find(({ label }) => !isPlace(label)) ?? named[0] ?? matchers[0]!;
  return own.value;
}
