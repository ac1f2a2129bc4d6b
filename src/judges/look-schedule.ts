/** Samples seen at each look: every `lookEvery` of them (a whole number of at least 1), and at the end. */
export function lookSchedule(length: number, lookEvery: number): number[] {
  const pace = Math.max(1, Math.floor(lookEvery) || 1);
  return Array.from({ length: Math.ceil(length / pace) }, (_, i) =>
    Math.min((i + 1) * pace, length),
  );
}
