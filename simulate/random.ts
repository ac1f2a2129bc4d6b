/** Seeded random numbers: the same seed, the same tables, on every machine. */
export interface Random {
  /** Above 0 and below 1. */
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
  /** Student's t with three degrees of freedom: heavy tails. */
  studentT3(): number;
}

/** mulberry32, with Box and Muller on top. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    poisson(mean) {
      // by halves, so that the product below does not underflow
      if (mean > 100) return this.poisson(mean / 2) + this.poisson(mean / 2);
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > limit; product *= uniform()) count++;
      return count;
    },
    studentT3() {
      const chiSquare = normal() ** 2 + normal() ** 2 + normal() ** 2;
      return normal() / Math.sqrt(chiSquare / 3);
    },
  };
}
