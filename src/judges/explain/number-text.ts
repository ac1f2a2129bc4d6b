const SIGNIFICANT_DIGITS = 3;

/** A number for a sentence: three significant digits, whole numbers from 1000 on. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}

/** A number with its unit, for example `37 ms`. */
export function quantityText(value: number, unit: string | undefined): string {
  return unit === undefined ? numberText(value) : `${numberText(value)} ${unit}`;
}

/** A ratio with at least two decimals, and as many as it takes to tell it from 1: `2.1`, `1.0004`. */
export function ratioText(ratio: number): string {
  const distance = Math.abs(ratio - 1);
  if (!(ratio > 0.1 && ratio < 10) || distance === 0) return numberText(ratio);
  const decimals = Math.min(6, Math.max(2, -Math.floor(Math.log10(distance))));
  return String(Number(ratio.toFixed(decimals)));
}

const MOST_DIGITS = 12;

/**
 * Ratios with as many digits as it takes to see on which side of a limit each lies: `1.0504` beside an allowed
 * `1.05`. The first text is the limit's.
 */
export function ratioTextsBeside(limit: number, ratios: readonly number[]): string[] {
  const all = [limit, ...ratios];
  const plain = all.map(ratioText);
  let texts = plain;
  for (let digits = 4; digits <= MOST_DIGITS && !keepsSides(texts, all); digits++) {
    texts = all.map((ratio, i) =>
      Number.isFinite(ratio) ? String(Number(ratio.toPrecision(digits))) : plain[i]!,
    );
  }
  return texts;
}

function keepsSides(
  [limitText, ...texts]: readonly string[],
  [limit, ...ratios]: readonly number[],
) {
  const side = (ratio: number, from: number): number => Math.sign(ratio - from);
  return ratios.every((ratio, i) => {
    const isShown = side(Number(texts[i]), Number(limitText)) === side(ratio, limit!);
    return isShown || !Number.isFinite(ratio);
  });
}

export function percentText(share: number): string {
  return `${numberText(share * 100)} %`;
}

/** `1 value`, `2 values`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
