const GOLDEN = (Math.sqrt(5) - 1) / 2;
const NARROWINGS = 60;

/**
 * Where a function with one valley is least between `low` and `high`, by golden sections: to about
 * 1e-8 of the width, as rounding hides the valley's floor, so the least value itself is exact. Infinite
 * values next to the ends are hills. Source: Kiefer, Sequential minimax search for a maximum (1953).
 */
export function goldenSection(f: (argument: number) => number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let i = 0; i < NARROWINGS; i++) {
    const width = GOLDEN * (right - left);
    if (f(right - width) < f(left + width)) right = left + width;
    else left = right - width;
  }
  return (left + right) / 2;
}
