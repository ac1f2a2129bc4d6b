import type { Peers } from '../store/peers/peers.ts';

/** Lets a long poll wait for the next change of an analysis, in whatever process that happens. */
export interface Changes {
  announce(analysisId: string): void;
  /** Resolves at the next change, after `ms`, or when the signal aborts, whatever comes first. */
  next(analysisId: string, ms: number, signal: AbortSignal): Promise<void>;
}

export function createChanges(peers: Pick<Peers, 'tell' | 'onTold'>): Changes {
  const waiting = new Map<string, Set<() => void>>();
  const wakeAll = (analysisId: string) => {
    for (const wake of waiting.get(analysisId) ?? []) wake();
  };
  peers.onTold('changed', wakeAll);
  return {
    announce(analysisId) {
      wakeAll(analysisId);
      peers.tell('changed', analysisId);
    },
    next: (analysisId, ms, signal) =>
      new Promise((resolve) => {
        const waiters = waiting.get(analysisId) ?? new Set();
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          waiters.delete(wake);
          if (waiters.size === 0) waiting.delete(analysisId);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.set(analysisId, waiters.add(wake));
        if (signal.aborted) wake();
        else signal.addEventListener('abort', wake);
      }),
  };
}
