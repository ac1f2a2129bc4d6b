const LEVELS = '▁▂▃▄▅▆▇█';
/** Stands where there is no value. */
const GAP = '·';

/**
 * A series as one line of at most `width` characters, each the mean of its part, from the least of all values to the
 * largest. A flat series is drawn low; a part without a value is a dot.
 */
export function sparkline(values: readonly number[], width: number): string {
  const cells = Math.min(width, values.length);
  const parts = Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor((cell * values.length) / cells);
    const to = Math.floor(((cell + 1) * values.length) / cells);
    const numbers = values.slice(from, to).filter(Number.isFinite);
    return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  });
  const shown = parts.filter(Number.isFinite);
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  return parts
    .map((value) => {
      if (!Number.isFinite(value)) return GAP;
      const share = most > least ? (value - least) / (most - least) : 0;
      return LEVELS[Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length))];
    })
    .join('');
}
