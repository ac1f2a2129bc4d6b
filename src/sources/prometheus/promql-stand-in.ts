import type { Token } from '../queries/template-engine.ts';
import { scanPromql } from './promql-tokens.ts';

/**
 * A query whose placeholders are replaced by legal tokens of the same length, so that whatever a parser says
 * of it is true of the text as written. Undefined where no token can stand for one: as the name of a function.
 */
export function standIn(template: string): string | undefined {
  let text = '';
  for (const token of scanPromql(template)) {
    if (token.name === undefined) text += token.text;
    else {
      const behind = template.slice(token.at + token.text.length);
      if (token.place.kind === 'code' && /^\s*\(/.test(behind)) return undefined;
      text += tokenLike(token, behind);
    }
  }
  return text;
}

/** A duration in brackets and behind `offset`, a number behind `@` and beside digits, else a name. */
function tokenLike({ text: { length }, place, before }: Token, behind: string): string {
  if (place.kind !== 'code') return 'x'.repeat(length);
  const digits = '1'.repeat(length);
  const hasUnit = /^(\d|ms|[smhdwy](?!\w))/.test(behind);
  if (/(\[|:|\boffset)\s*[+-]?\s*$/i.test(before)) return hasUnit ? digits : `${digits.slice(1)}m`;
  const isNumber =
    /^\.\d/.test(behind) ||
    (/(@|\d|\.)\s*[+-]?\s*$/.test(before) && !/[a-zA-Z_:]\w*$/.test(before));
  return isNumber ? digits : 'x'.repeat(length);
}
