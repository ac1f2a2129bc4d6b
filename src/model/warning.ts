/** A part of a config or request that may mean something else than it says; accepted all the same. */
export interface Warning {
  /** Where it stands (RFC 6901). */
  pointer: string;
  /** What it means here, and what may be meant. */
  message: string;
}
