/** Gives a slot back; calling it twice does nothing. */
export type Release = () => void;

export interface EndpointSlots {
  /** A slot for one delivery, or undefined while the endpoint has all of them in use. */
  tryAcquire(url: string): Release | undefined;
}

/**
 * At most `limit` deliveries at once per endpoint, so that one receiver that hangs cannot hold every worker.
 * An endpoint is scheme, host and port: receivers put ids into paths, and hang as a whole.
 */
export function createEndpointSlots(limit: number): EndpointSlots {
  const inUse = new Map<string, number>();
  return {
    tryAcquire(url) {
      const endpoint = URL.parse(url)?.origin ?? url;
      const taken = inUse.get(endpoint) ?? 0;
      if (taken >= limit) return undefined;
      inUse.set(endpoint, taken + 1);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const left = inUse.get(endpoint)! - 1;
        if (left === 0) inUse.delete(endpoint);
        else inUse.set(endpoint, left);
      };
    },
  };
}
