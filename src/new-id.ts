import { getRandomValues } from 'node:crypto';
import { ulid } from 'ulid';

/** Each id takes 16; asking the system for them one by one takes longer than all else that an id needs. */
const drawn = new Uint8Array(4096);
let used = drawn.length;

/** Begins with its time, so that ids sort by it; the rest cannot be guessed. */
export function newId(at = Date.now()): string {
  return ulid(at, draw);
}

/** In [0, 1). */
function draw(): number {
  if (used === drawn.length) {
    getRandomValues(drawn);
    used = 0;
  }
  return drawn[used++]! / 256;
}
