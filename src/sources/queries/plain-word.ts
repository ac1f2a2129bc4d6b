const PLAIN_WORD = /^(?!-|.*--)[\p{L}\p{N}_.:/@-]+$/u;

/** What means nothing but itself in every language that is asked here. */
export function isPlainWord(value: string): boolean {
  return PLAIN_WORD.test(value);
}
