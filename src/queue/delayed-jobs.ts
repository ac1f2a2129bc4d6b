/** Longest sleep of the timer: below setTimeout's 2^31 ms, and short enough to follow a clock that jumps. */
const MAX_SLEEP_MS = 60_000;

/** Items that wait for their moment, in its order, behind a single timer. */
export interface DelayedJobs<Item> {
  add(item: Item): void;
  remove(item: Item): void;
  count(isCounted: (item: Item) => boolean): number;
  /** Forgets the timer; nothing becomes due any more. */
  close(): void;
}

export function createDelayedJobs<Item extends { dueAt: number }>(options: {
  now: () => number;
  onDue: (item: Item) => void;
}): DelayedJobs<Item> {
  const { now, onDue } = options;
  const items: Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function arm(): void {
    clearTimeout(timer);
    const first = items[0];
    if (first === undefined || isClosed) return;
    timer = setTimeout(release, Math.min(Math.max(first.dueAt - now(), 0), MAX_SLEEP_MS));
    timer.unref();
  }

  function release(): void {
    const due = items.splice(0, firstAfter(items, now()));
    for (const item of due) onDue(item);
    arm();
  }

  return {
    add(item) {
      const index = firstAfter(items, item.dueAt);
      items.splice(index, 0, item);
      if (index === 0) arm();
    },
    remove(item) {
      items.splice(items.indexOf(item), 1);
      arm();
    },
    count: (isCounted) => items.filter(isCounted).length,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Index of the first item due after `at`: items of one moment stay in the order they came. */
function firstAfter(items: readonly { dueAt: number }[], at: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (items[middle]!.dueAt <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
