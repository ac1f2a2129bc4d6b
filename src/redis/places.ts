/** Gives a place back; calling it twice does nothing. */
export type Release = () => void;

/**
 * Places of a name that all processes share, so that what asks another system does not ask it more often because
 * there are more of them. While they cannot be counted each process goes by its own limit alone: a verdict waits
 * for no counter.
 */
export interface SharedPlaces {
  /** Undefined while all of them are in use. */
  tryTake(name: string, limit: number): Promise<Release | undefined>;
  /** Waits for one; rejects with the signal's reason. */
  take(name: string, limit: number, signal: AbortSignal): Promise<Release>;
}
