import { JOB_NAMES, type Concurrency, type JobName } from './queue.ts';

/** Waiting jobs in the order they came, one lane a name, each with its own number of places. */
export interface Lanes<Item> {
  add(item: Item): void;
  /** Starts what may start, now and whenever a place gets free. */
  open(): void;
  /** Starts nothing any more. */
  close(): void;
  waiting(): number;
  running(): number;
}

/** A Set is a first-in, first-out list here. */
interface Lane<Item> {
  waiting: Set<Item>;
  running: number;
}

export function createLanes<Item extends { name: JobName }>(options: {
  concurrency: Concurrency;
  /** Never rejects. */
  run: (item: Item) => Promise<void>;
}): Lanes<Item> {
  const { concurrency, run } = options;
  const lanes = new Map(JOB_NAMES.map((name) => [name, emptyLane<Item>()]));
  let isOpen = false;

  function advance(name: JobName): void {
    const lane = lanes.get(name);
    if (lane === undefined || !isOpen) return;
    for (const item of lane.waiting) {
      if (lane.running >= concurrency[name]) return;
      lane.waiting.delete(item);
      lane.running += 1;
      void run(item).finally(() => {
        lane.running -= 1;
        advance(name);
      });
    }
  }

  const total = (count: (lane: Lane<Item>) => number): number =>
    [...lanes.values()].reduce((sum, lane) => sum + count(lane), 0);

  return {
    add(item) {
      lanes.get(item.name)?.waiting.add(item);
      advance(item.name);
    },
    open() {
      isOpen = true;
      for (const name of JOB_NAMES) advance(name);
    },
    close() {
      isOpen = false;
    },
    waiting: () => total((lane) => lane.waiting.size),
    running: () => total((lane) => lane.running),
  };
}

function emptyLane<Item>(): Lane<Item> {
  return { waiting: new Set(), running: 0 };
}
