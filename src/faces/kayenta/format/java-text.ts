/** An instant as Java writes it: no fraction when there is none. */
export function instantText(at: number): string {
  if (!(Math.abs(at) <= 8.64e15)) return '';
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** A length of time as Java writes it: hours, minutes and seconds, never days. */
export function durationText(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  const parts = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    seconds > 0 ? `${seconds}S` : '',
  ];
  return ms === 0 ? 'PT0S' : `PT${parts.join('')}`;
}

/** A score as Java writes a double: always with a decimal. */
export function doubleText(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
