const STEP = 0.25;
const LAST = 10;
const ORDER = 13;
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const MILLS = millsTable();

/**
 * Phi(z), the standard normal distribution function; the lower tail keeps its relative accuracy
 * (about 1e-14). 0 at -Infinity, 1 at Infinity, NaN at NaN.
 */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - upperTail(z) : upperTail(-z);
}

/**
 * The z with Phi(z) = p, by Halley's iteration on `normalCdf` from a rational first guess
 * (Abramowitz & Stegun 26.2.23). -Infinity at 0, Infinity at 1, NaN outside [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  const t = Math.sqrt(-2 * Math.log(p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  let z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i++) {
    const step = (normalCdf(z) - p) / (INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * z * z));
    z -= step / (1 + 0.5 * z * step);
  }
  return z;
}

/** 1 - Phi(z) for z >= 0 as density times Mills' ratio, read from the table by Taylor's series. */
function upperTail(z: number): number {
  const density = INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * z * z);
  if (density === 0) return 0;
  if (z > LAST) return density * millsFraction(z);
  const cell = Math.round(z / STEP);
  const distance = z - cell * STEP;
  const start = cell * ORDER;
  let ratio = 0;
  for (let k = ORDER - 1; k >= 0; k--) ratio = ratio * distance + MILLS[start + k]!;
  return density * ratio;
}

/**
 * Taylor coefficients of Mills' ratio R(z) = (1 - Phi(z))/phi(z) around 0, STEP, .. LAST, from
 * R' = zR - 1. Going downwards from LAST damps every error by exp(-z^2/2).
 */
function millsTable(): Float64Array {
  const cells = LAST / STEP;
  const table = new Float64Array((cells + 1) * ORDER);
  let ratio = millsFraction(LAST);
  for (let cell = cells; cell >= 0; cell--) {
    const z = cell * STEP;
    const c = table.subarray(cell * ORDER, (cell + 1) * ORDER);
    c[0] = ratio;
    c[1] = z * ratio - 1;
    for (let k = 2; k < ORDER; k++) c[k] = (z * c[k - 1]! + c[k - 2]!) / k;
    ratio = taylorWithTail(c, z, -STEP);
  }
  return table;
}

/** The series at a whole step: needs more terms than a reading, which is at most half a step away. */
function taylorWithTail(coefficients: Float64Array, z: number, distance: number): number {
  let [before, last] = [coefficients[ORDER - 2]!, coefficients[ORDER - 1]!];
  let power = 1;
  let sum = 0;
  for (const c of coefficients) {
    sum += c * power;
    power *= distance;
  }
  for (let k = ORDER; k < ORDER + 12; k++) {
    [before, last] = [last, (z * last + before) / k];
    sum += last * power;
    power *= distance;
  }
  return sum;
}

/** Laplace's continued fraction 1/(z + 1/(z + 2/(z + 3/...))), exact to a double for z >= LAST. */
function millsFraction(z: number): number {
  let tail = z;
  for (let k = 60; k >= 1; k--) tail = z + k / tail;
  return 1 / tail;
}
