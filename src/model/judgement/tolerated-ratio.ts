/** A ratio as it is, or a percentage of change: `"10%"` is 1.1 for an increase and 0.9 for a decrease. */
export function readToleratedRatio(given: number | string, side: 'increase' | 'decrease'): number {
  if (typeof given === 'number') return given;
  const percent = percentOf(given);
  const share = (side === 'increase' ? 100 + percent : 100 - percent) / 100;
  return Number(share.toPrecision(12)); // 1.1, not 1.1000000000000001
}

function percentOf(text: string): number {
  return Number(text.replace('%', '').trim());
}
