/** Coefficients of Giles' polynomial for erfinv in w = -ln(1 - x^2), centre 3.125, highest power first. */
const CENTRAL_REGION = [
  -3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18,
  1.115787767802518096e-17, -1.333171662854620906e-16, 2.0972767875968561637e-17,
  6.6376381343583238325e-15, -4.0545662729752068639e-14, -8.1519341976054721522e-14,
  2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11,
  1.051212273321532285e-9, -4.1126339803469836976e-9, -2.9070369957882005086e-8,
  4.2347877827932403518e-7, -1.3654692000834678645e-6, -1.3882523362786468719e-5,
  1.867342080340571352e-4, -7.4070253416626697512e-4, -6.0336708714301490533e-3,
  0.24015818242558961693, 1.6536545626831027356,
];
const CENTRAL_LIMIT = 6.25;

/**
 * How many standard errors wide a two-sided normal interval of this level reaches: 2.326... for 0.98.
 *
 * Convention: the rounding of commons-math3's `erfInv`, whose value for 0.98 differs from R's in the
 * last bit; one bit changes the steps of Brent's method by up to 7e-10.
 * Source: Giles, Approximating the erfinv function (2012).
 *
 * @param level above 0 and below 0.999, the region of the polynomial
 * @throws RangeError for any other level
 */
export function criticalValue(level: number): number {
  const x = 1 - level - 1;
  const w = -Math.log((1 - x) * (1 + x));
  if (!(level > 0 && w < CENTRAL_LIMIT)) {
    throw new RangeError(`a confidence level must lie above 0 and below 0.999, got ${level}`);
  }
  let inverse = 0;
  for (const coefficient of CENTRAL_REGION) inverse = coefficient + inverse * (w - 3.125);
  return -Math.SQRT2 * (inverse * x);
}
