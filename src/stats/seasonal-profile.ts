/** The daily shape of a difference series (S13). */
export interface SeasonalProfile {
  /** What to take off at each step of the day. */
  values: number[];
  /** Variance that the series keeps because its shape is known from few days only. */
  variance: number;
  /** How far the days agree: 0 = not at all, so that nothing is taken off, to 1. */
  shrinkage: number;
}

/** Below this a mean over the days does not tell a shape from chance. */
export const FEWEST_DAYS = 3;

/**
 * Learns the daily shape of a difference series from earlier healthy days on the same clock (S13): each
 * day is smoothed and taken from its mean, the days are averaged, and the average is drawn towards 0 as
 * far as the days contradict each other (Stein).
 *
 * Edge cases: NaN is a gap, a step without any value near it has no shape, days without values are left
 * out; undefined for fewer than `FEWEST_DAYS`.
 *
 * @param days whole days of equal length
 * @param halfWindow steps to each side over which a day is smoothed: those of half an hour
 */
export function learnProfile(
  days: readonly (readonly number[])[],
  halfWindow: number,
): SeasonalProfile | undefined {
  const shapes = days
    .filter((day) => day.some((value) => !Number.isNaN(value)))
    .map((day) => shapeOf(day, halfWindow));
  if (shapes.length < FEWEST_DAYS) return undefined;
  const steps = shapes[0]!.length;
  const average = shapes[0]!.map((_, i) => meanOf(shapes.map((shape) => shape[i]!)));
  let squares = 0;
  for (const shape of shapes) {
    shape.forEach((value, i) => (squares += (value - average[i]!) ** 2));
  }
  // variance of the average, and its mean square
  const doubt = squares / (shapes.length - 1) / steps / shapes.length;
  const size = meanOf(average.map((value) => value * value));
  const shrinkage = size > 0 ? Math.max(0, 1 - doubt / size) : 0;
  return {
    values: average.map((value) => shrinkage * value),
    variance: shrinkage ** 2 * doubt + (1 - shrinkage) ** 2 * Math.max(size - doubt, 0),
    shrinkage,
  };
}

/** Centred moving mean of the day, taken as a ring, about the day's mean; 0 where nothing is near. */
function shapeOf(day: readonly number[], halfWindow: number): number[] {
  const center = meanOf(day);
  return day.map((_, i) => {
    const near = Array.from({ length: 2 * halfWindow + 1 }, (__, j) =>
      day.at((i + j - halfWindow) % day.length)!,
    );
    return near.every((value) => Number.isNaN(value)) ? 0 : meanOf(near) - center;
  });
}

/** Of the values that are there; NaN without any. */
function meanOf(values: readonly number[]): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}
