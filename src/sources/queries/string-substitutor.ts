import { Fault } from '../../errors.ts';

/** A value may refer to others twice, and those again: without a limit a short text grows for ever. */
const MAX_SUBSTITUTIONS = 10_000;
const MAX_LENGTH = 100_000;

/**
 * Replaces `${name}` and `${name:-default}` by the rules of Apache commons-text `StringSubstitutor`
 * with undefined variables as errors, because Kayenta's templates are defined by it: names are literal
 * and not trimmed, values are substituted again, `$${name}` is a literal `${name}`, an unterminated
 * `${` stays, and the first `}` ends a variable, also inside a default.
 */
export function substitute(text: string, bindings: ReadonlyMap<string, string>): string {
  let substitutions = 0;

  function expand(text: string, outer: readonly string[]): string {
    let done = '';
    let position = 0;
    for (;;) {
      const start = text.indexOf('${', position);
      const end = start === -1 ? -1 : text.indexOf('}', start + 2);
      if (end === -1) return done + text.slice(position);
      done += text.slice(position, start);
      if (done.endsWith('$')) {
        done = `${done.slice(0, -1)}\${`;
        position = start + 2;
      } else {
        done += resolve(text.slice(start + 2, end), outer);
        position = end + 1;
      }
      if (done.length > MAX_LENGTH) throw unusable('grows beyond all measure');
    }
  }

  function resolve(expression: string, outer: readonly string[]): string {
    const { name, fallback } = splitDefault(expression);
    if (outer.includes(name)) throw unusable(`refers to itself through "${name}"`);
    if (++substitutions > MAX_SUBSTITUTIONS) throw unusable('has too many variables');
    const value = bindings.get(name) ?? fallback;
    if (value === undefined) {
      const known = [...bindings.keys()].sort().join(', ');
      throw unusable(`uses "${name}", which is not defined (known: ${known})`);
    }
    return expand(value, [...outer, name]);
  }

  return expand(text, []);
}

/** A `:-` behind an inner `${` belongs to the name, as names are not substituted. */
function splitDefault(expression: string): { name: string; fallback?: string } {
  const delimiter = expression.indexOf(':-');
  const inner = expression.indexOf('${');
  if (delimiter === -1 || (inner !== -1 && inner < delimiter)) return { name: expression };
  return { name: expression.slice(0, delimiter), fallback: expression.slice(delimiter + 2) };
}

function unusable(why: string): Fault {
  return new Fault('invalid-query', `template ${why}`);
}
