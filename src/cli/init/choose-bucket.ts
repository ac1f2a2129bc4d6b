/**
 * The end of a bucket that is nearest to the wanted one, as a ratio; undefined without any, or where the wanted one is
 * there.
 *
 * @param ends values of the label `le`
 */
export function chooseBucket(ends: readonly string[], wanted: number): number | undefined {
  const bounds = ends.map(Number).filter((bound) => Number.isFinite(bound) && bound > 0);
  if (bounds.length === 0 || bounds.includes(wanted)) return undefined;
  const distance = (bound: number) => Math.abs(Math.log(bound / wanted));
  return bounds.toSorted((a, b) => distance(a) - distance(b))[0];
}
