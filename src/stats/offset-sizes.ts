/** A standard deviation of the offset between runs, as a log ratio, with its prior probability. */
export interface OffsetSize {
  size: number;
  weight: number;
}

const LARGER = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64];
const NONE = 0.4;

/**
 * How much two healthy sides may differ from run to run (S9.1): 40 % for not at all, the rest halved from one
 * size to the next. Falling, not uniform in the logarithm: with one earlier run the latter finds nothing.
 */
export const OFFSET_SIZES: readonly OffsetSize[] = [
  { size: 0, weight: NONE },
  ...LARGER.map((size, i) => ({
    size,
    weight: ((1 - NONE) * 2 ** -i) / LARGER.reduce((sum, _, j) => sum + 2 ** -j, 0),
  })),
];
