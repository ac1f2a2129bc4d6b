/** An interval farther than this factor from its estimate says nothing that helps. */
const FARTHEST = 10;

/**
 * The ends of an interval of a ratio in words, where they say something: `1.2 to 1.4`, `at least 1.2`, `at most
 * 1.4`, one number where both are written alike; undefined where neither does.
 *
 * @param write how a ratio is written
 */
export function ratioRangeText(
  { estimate, lower, upper }: { estimate: number; lower: number; upper: number },
  write: (ratio: number) => string,
): string | undefined {
  const isLower = lower * FARTHEST >= estimate && lower > 0;
  const isUpper = upper <= estimate * FARTHEST;
  if (isLower && isUpper) {
    const [from, to] = [write(lower), write(upper)];
    return from === to ? from : `${from} to ${to}`;
  }
  if (isLower) return `at least ${write(lower)}`;
  return isUpper ? `at most ${write(upper)}` : undefined;
}
