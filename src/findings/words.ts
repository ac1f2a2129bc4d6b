/** The metric's name, with the tags that tell its pairs apart: `latency {pod="a"}`. */
export function subjectOf(metric: string, tags: Record<string, string> = {}): string {
  const texts = Object.entries(tags).map(([key, value]) => `${key}="${value}"`);
  return texts.length === 0 ? metric : `${metric} {${texts.join(', ')}}`;
}

/** `1 value`, `2 values`. */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Three significant digits, whole numbers from 1000 on. */
export function numberText(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function percentText(share: number): string {
  return `${numberText(share * 100)} %`;
}

/** For example `15 s` and `2 min`. */
export function durationText(ms: number): string {
  return ms < 120_000 && ms % 60_000 !== 0
    ? `${numberText(ms / 1000)} s`
    : `${numberText(ms / 60_000)} min`;
}

/** A few of a list, and how many more there are. */
export function someOf(texts: readonly string[], most = 3): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : '';
  return `${texts.slice(0, most).join(', ')}${more}`;
}
