import { formatDuration } from '../model/duration.ts';
import { showable } from '../model/time-limits.ts';

/** Stands where there is no number. */
const NONE = '–';
const NARROW_SPACE = ' ';
const MINUS = '−';

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const scientific = new Intl.NumberFormat('en-US', {
  maximumSignificantDigits: 3,
  notation: 'scientific',
});
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 9 });
const score = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** Four digits are more than any judgement rests on. */
export function formatNumber(value: number | undefined, unit = ''): string {
  if (value === undefined || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const size = Math.abs(value);
  const format = size !== 0 && (size >= 1e9 || size < 1e-4) ? scientific : plain;
  return withUnit(format.format(value).replace('-', MINUS), unit);
}

export function formatScore(value: number): string {
  return score.format(value).replace('-', MINUS);
}

export function formatCount(value: number): string {
  return plain.format(value);
}

/** With its sign, as for differences. */
export function formatSigned(value: number, unit = ''): string {
  return value > 0 ? `+${formatNumber(value, unit)}` : formatNumber(value, unit);
}

/**
 * A ratio as a change: 1.29 is `+29 %`; far away it is clearer as a multiple.
 *
 * @param limits that it must not be rounded to, nor beyond
 */
export function formatChange(ratio: number | undefined, limits: readonly number[] = []): string {
  if (ratio === undefined || Number.isNaN(ratio)) return NONE;
  if (ratio >= 10) return `${formatNumber(ratio)}×`;
  const percent = percentOf(ratio);
  let decimals = Math.abs(percent) < 10 ? 1 : 0;
  const hides = (limit: number) => {
    const isShown = Math.sign(roundTo(percent, decimals) - percentOf(limit));
    return isShown !== Math.sign(percent - percentOf(limit));
  };
  while (decimals < MOST_DECIMALS && limits.some(hides)) decimals++;
  const rounded = roundTo(percent, decimals);
  const text = exact.format(rounded === 0 ? 0 : rounded).replace('-', MINUS);
  return withUnit(rounded > 0 ? `+${text}` : text, '%');
}

const MOST_DECIMALS = 9;

/** Free of the last bits that a limit such as 1.05 leaves behind. */
function percentOf(ratio: number): number {
  return roundTo((ratio - 1) * 100, MOST_DECIMALS);
}

function roundTo(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

export function formatPercent(share: number): string {
  return formatNumber(Math.round(share * 10) / 10, '%');
}

/** `2026-03-03 14:02:00 UTC`; the page is the same for every reader. */
export function formatInstant(at: number): string {
  return `${new Date(showable(at)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function formatClock(at: number): string {
  return new Date(showable(at)).toISOString().slice(11, 16);
}

/** For how long, roughly: whole minutes from one on. */
export function formatWait(seconds: number): string {
  const unit = seconds < 60 ? 1000 : 60_000;
  return formatDuration(Math.ceil((seconds * 1000) / unit) * unit);
}

function withUnit(number: string, unit: string): string {
  return unit === '' || unit.startsWith('/') ? number + unit : number + NARROW_SPACE + unit;
}
