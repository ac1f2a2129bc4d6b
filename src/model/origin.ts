/** Which face an analysis came in by, and what that face alone was given and gives back: opaque to all others. */
export interface Origin {
  face: string;
  given: unknown;
}
