const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy;

/** Reads `90s`, `5m`, `1h30m`, `250ms`, `0s` as milliseconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  let total = 0;
  let end = 0;
  for (const part of text.matchAll(PART)) {
    total += Number(part[1]) * UNITS_MS[part[2]!]!;
    end = part.index + part[0].length;
  }
  return end === text.length && end > 0 ? Math.round(total) : undefined;
}

/** Writes milliseconds the way `parseDuration` reads them, in the largest units that are exact. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
