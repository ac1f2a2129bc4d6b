const SEED = 20_260_115;

/** `count` of the items, or all, in the same random order each time: Fisher and Yates' shuffle, its start only. */
export function chooseSeeded<T>(items: readonly T[], count: number): T[] {
  const left = [...items];
  const uniform = mulberry32(SEED);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => {
    const k = i + Math.floor(uniform() * (left.length - i));
    const chosen = left[k]!;
    left[k] = left[i]!;
    return chosen;
  });
}

/** Uniform on [0, 1), by Tommy Ettinger's generator: 32 bits of state are plenty for a shuffle. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed >>> 0) / 2 ** 32;
  };
}
