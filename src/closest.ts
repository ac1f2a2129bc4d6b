/** `; did you mean "x"?` when a known word is near enough to be a typing mistake, else nothing. */
export function didYouMean(word: string, known: readonly string[], maxEdits = Infinity): string {
  const near = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.min(maxEdits, Math.max(1, Math.floor(candidate.length / 3))),
    )
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : `; did you mean "${near.candidate}"?`;
}

/**
 * Fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment): `jugde` is one
 * slip from `judge`.
 */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = row > 1 && column > 1 && isSwap ? before[column - 2]! + 1 : Infinity;
      current.push(Math.min(replaced, swapped, previous[column]! + 1, current[column - 1]! + 1));
    }
    [before, previous] = [previous, current];
  }
  return previous[to.length]!;
}
