const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0x(?=\.?[\da-f])([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/**
 * Reads a number as metrics pages and Prometheus' API write it: decimal, hexadecimal as C's `%a` prints it
 * (`0x1.8p3` is 12), `+Inf`, `-Inf` and `NaN`. Undefined when it is none.
 */
export function readSampleValue(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  const infinite = INFINITY.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? NaN : readHexadecimal(text);
}

function readHexadecimal(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = HEXADECIMAL.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}
