import { setImmediate as nextTurn } from 'node:timers/promises';

/** Shorter lists are copied as they are; longer ones travel as bytes, whose owner changes and which nobody copies. */
const FEWEST = 64;
/** Numbers that are packed before others get their turn: a few milliseconds. */
const IN_ONE_TURN = 250_000;

type Holder = Record<string, unknown>;

interface Place {
  holder: Holder;
  key: string;
  list: unknown[];
}

/**
 * The same plain data with long lists of numbers as Float64Array, and the buffers to hand over with them: a
 * structured clone of a million numbers takes ten times as long, in one piece, on the event loop.
 */
export async function packNumbers<T>(value: T): Promise<{ packed: T; buffers: ArrayBuffer[] }> {
  const places: Place[] = [];
  const top: Holder = { value };
  const packed = copy(top, places, new Map()) as { value: T };
  const buffers: ArrayBuffer[] = [];
  let done = 0;
  for (const { holder, key, list } of places) {
    if (!list.every((item) => typeof item === 'number')) continue;
    const numbers = new Float64Array(list);
    holder[key] = numbers;
    buffers.push(numbers.buffer);
    done += list.length;
    if (done < IN_ONE_TURN) continue;
    done = 0;
    await nextTurn();
  }
  return { packed: packed.value, buffers };
}

/** Copies lists and plain objects, not what they hold of another kind; tells where long lists of numbers may be. */
function copy(value: unknown, places: Place[], copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const made = (Array.isArray(value) ? [] : {}) as Holder;
  copies.set(value, made);
  for (const [key, item] of Object.entries(value)) {
    const isLong = Array.isArray(item) && item.length >= FEWEST;
    // not item[0]: compiled for lists of objects too, that turns each list of numbers into one of objects
    const mayBeNumbers = isLong && typeof Reflect.get(item, 0) === 'number';
    if (mayBeNumbers) places.push({ holder: made, key, list: item });
    made[key] = mayBeNumbers ? item : copy(item, places, copies);
  }
  return made;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Turns packed lists back, in place. */
export function unpackNumbers<T>(packed: T): T {
  const top: Holder = { packed };
  unpackIn(top, new Set());
  return top['packed'] as T;
}

function unpackIn(holder: Holder, seen: Set<object>): void {
  if (seen.has(holder)) return;
  seen.add(holder);
  for (const [key, item] of Object.entries(holder)) {
    if (item instanceof Float64Array) holder[key] = listOf(item);
    else if (typeof item === 'object' && item !== null && isPlain(item))
      unpackIn(item as Holder, seen);
  }
}

/** Several times as fast as `Array.from`. */
function listOf(numbers: Float64Array): number[] {
  const list: number[] = [];
  for (let i = 0; i < numbers.length; i++) list.push(numbers[i]!);
  return list;
}
