import { createHash, timingSafeEqual } from 'node:crypto';

/** Digests are compared, so that neither length nor content of what was expected leaks through time. */
export function isSameText(given: string | undefined, expected: string): boolean {
  return timingSafeEqual(digestOf(given ?? ''), digestOf(expected)) && given !== undefined;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
