const LOOP = /for\((let \w+=\d+); ?(\w+<\w+); ?(\w+\+\+)\)\{/g;
const MEMBER_LOOP = /for\(const (\w+) in (\w+)\)\{/g;

/**
 * Makes a validator that ajv generated stop looking through a list or an object once it found so many
 * mistakes in it: else a body of a million wrong values costs a million error objects, and joining the
 * errors of its lists is quadratic. Each loop counts its own, so that it finds at least one mistake where
 * there is one, and what is wrong stays wrong in every branch of a choice.
 *
 * @param code of one validating function, in which ajv counts mistakes in `errors`
 */
export function boundErrors(code: string, max: number): string {
  if (code.includes('keyword:"contains"')) return code; // its mistakes are items that are passed over
  let loops = 0;
  return code
    .replaceAll(LOOP, (_, start: string, condition: string, next: string) => {
      const before = `before${(loops += 1)}`;
      return `for(${start},${before}=errors;${condition}&&errors-${before}<${max};${next}){`;
    })
    .replaceAll(MEMBER_LOOP, (loop: string) => {
      const before = `before${(loops += 1)}`;
      return `let ${before}=errors;${loop}if(errors-${before}>=${max})break;`;
    });
}
