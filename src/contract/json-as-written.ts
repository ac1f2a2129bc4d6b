import { randomBytes } from 'node:crypto';

const [QUOTE, PLUS, MINUS, ZERO, NINE, BACKSLASH] = [34, 43, 45, 48, 57, 92];
/** Written as JavaScript would write it. */
const PLAIN_WHOLE = /^[1-9]\d{0,14}$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** No body can hold it, because nobody can guess it. */
const WRITTEN = `number ${randomBytes(9).toString('base64url')}`;

/** A number of JSON together with how it was written: `1.0`. */
export type WrittenNumber = Record<string, string>;

/**
 * JSON whose numbers keep their text where it says more than their value does (`1.0`, `1e3`, more digits
 * than a number holds); all others are numbers. One pass over the text: a reviver that is shown the text
 * of each value costs thirty times as much.
 */
export function parseJsonAsWritten(text: string): unknown {
  try {
    return JSON.parse(markNumbers(text));
  } catch {
    return JSON.parse(text); // fails too, and tells the place in the text as it came
  }
}

/** How a number was written, where its text was kept. */
export function writtenText(value: object): string | undefined {
  return (value as WrittenNumber)[WRITTEN];
}

function markNumbers(text: string): string {
  const pieces: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfNumber(text, at);
      if (end > at + 1 && saysMore(text.slice(at, end))) {
        pieces.push(text.slice(kept, at), `{"${WRITTEN}":"${text.slice(at, end)}"}`);
        kept = end;
      }
      at = end - 1;
    }
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(kept);
}

/** Position of the closing quote, or the end of a text that has none. */
function endOfString(text: string, opening: number): number {
  for (let end = opening; ;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isNumberPart(text.charCodeAt(end))) end += 1;
  return end;
}

/** Digits, point, signs and the `e` of an exponent; a slash among them makes no number of it. */
function isNumberPart(code: number): boolean {
  return (code >= MINUS && code <= NINE) || code === PLUS || code === 69 || code === 101;
}

/** What is no number of JSON is left alone, so that it is refused. */
function saysMore(written: string): boolean {
  if (PLAIN_WHOLE.test(written)) return false;
  return String(Number(written)) !== written && JSON_NUMBER.test(written);
}
