/** Controls, line and paragraph separators, and marks that turn the direction of what follows. */
const ACTING = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/gu;

/** Text of users on one line, without what a reader does not see and a program might act on. */
export function oneLine(text: string): string {
  return text.toWellFormed().replaceAll(ACTING, ' ').replaceAll(/ {2,}/g, ' ').trim();
}

/**
 * The longest beginning that takes at most `max` UTF-16 units once it is escaped, with `…` where something is missing;
 * never half of a character or of what stands for one.
 */
export function cut(text: string, max: number, escape: (text: string) => string = same): string {
  const whole = escape(text);
  if (whole.length <= max) return whole;
  let kept = '';
  for (const character of text) {
    const next = escape(character);
    if (kept.length + next.length + 1 > max) break;
    kept += next;
  }
  return `${kept}…`;
}

function same(text: string): string {
  return text;
}
