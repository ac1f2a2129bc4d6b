import type { Pair, PairSide } from '../../model/series.ts';
import { showable } from '../../model/time/time-limits.ts';

/**
 * Both sides of a pair as they were judged, a line a step: time of the canary, values, and where the baseline was read at
 * another time, that time too. A gap is an empty field.
 */
export function renderValues({ baseline, canary }: Pair): string {
  const isShifted = baseline.startAt !== canary.startAt;
  const steps = Math.max(baseline.values.length, canary.values.length);
  const lines = Array.from({ length: steps }, (_, i) => {
    const fields = [timeAt(canary, i), valueAt(baseline, i), valueAt(canary, i)];
    return (isShifted ? [...fields, timeAt(baseline, i)] : fields).join(',');
  });
  const heads = ['time', 'baseline', 'canary', ...(isShifted ? ['baselineTime'] : [])];
  return `${[heads.join(','), ...lines].join('\n')}\n`;
}

function timeAt({ startAt, stepMs }: PairSide, i: number): string {
  return new Date(showable(startAt + i * stepMs)).toISOString();
}

function valueAt({ values }: PairSide, i: number): string {
  const value = values[i];
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}
