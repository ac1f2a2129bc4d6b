import type { Release } from '../redis/places.ts';

/** Who wants a slot that is not free. */
export interface Waiter {
  /** Waits once, however often it asks. */
  id: string;
  /** Called once, when a slot gets free: time to ask again. */
  wake(): void;
}

export interface EndpointSlots {
  /** A slot for one delivery, or undefined while the endpoint has all of them in use; then the waiter is told. */
  tryAcquire(url: string, waiter: Waiter): Release | undefined;
}

interface Endpoint {
  inUse: number;
  /** In the order they asked. */
  waiting: Map<string, Waiter>;
}

/**
 * At most `limit` deliveries at once per endpoint, so that one receiver that hangs cannot hold every worker.
 */
export function createEndpointSlots(limit: number): EndpointSlots {
  const endpoints = new Map<string, Endpoint>();

  function release(name: string, endpoint: Endpoint): void {
    endpoint.inUse -= 1;
    const [next] = endpoint.waiting.values();
    if (next !== undefined) {
      endpoint.waiting.delete(next.id);
      next.wake();
    } else if (endpoint.inUse === 0) endpoints.delete(name);
  }

  return {
    tryAcquire(url, waiter) {
      const name = endpointOf(url);
      const endpoint = endpoints.get(name) ?? { inUse: 0, waiting: new Map<string, Waiter>() };
      endpoints.set(name, endpoint);
      if (endpoint.inUse >= limit) {
        endpoint.waiting.set(waiter.id, waiter);
        return undefined;
      }
      endpoint.inUse += 1;
      endpoint.waiting.delete(waiter.id);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        release(name, endpoint);
      };
    },
  };
}

/** Scheme, host and port: receivers put ids into paths, and hang as a whole. */
export function endpointOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
