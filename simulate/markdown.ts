/** A table; the first column is left-aligned, numbers are right-aligned. */
export function markdownTable(header: string[], rows: (string | number)[][]): string {
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Share of true in percent, and its standard error in brackets; of none or all by the rule of three. */
export function shareText(hits: readonly boolean[]): string {
  const n = hits.length;
  const count = hits.filter(Boolean).length;
  const share = count / n;
  const error = count === 0 || count === n ? 3 / n : Math.sqrt((share * (1 - share)) / n);
  const margin = count === 0 || count === n ? '<' : '±';
  const shown = (100 * Math.min(error, 1)).toFixed(1);
  if (margin === '<')
    return count === 0 ? `0 (< ${shown})` : `100 (> ${(100 - Number(shown)).toFixed(1)})`;
  return `${(100 * share).toFixed(1)} (± ${shown})`;
}

/** Share reached in percent, and the median time in minutes over all runs; – where half did not. */
export function detectionText(times: readonly number[]): string {
  const reached = times.filter((time) => Number.isFinite(time)).length / times.length;
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return `${(100 * reached).toFixed(0)} (${Number.isFinite(median) ? median : '–'})`;
}
