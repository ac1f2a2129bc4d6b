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

export function percentText(share: number): string {
  return `${numberText(share * 100)} %`;
}

/** `1 value`, `2 values`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
