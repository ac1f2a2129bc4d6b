import { JOB_NAMES, type Concurrency, type JobName } from './queue.ts';

/**
 * Waiting jobs in the order they came, one lane a name, each with its own number of places. The event loop
 * turns before each start: a job over an embedded store may end without ever waiting for I/O, and a backlog
 * of such jobs would leave requests and signals unheard until the last of them.
 */
export interface Lanes<Item> {
  add(item: Item): void;
  /** Starts what may start, now and whenever a place gets free. */
  open(): void;
  /** Starts nothing any more. */
  close(): void;
  /** Of one name, or of all; so too below. */
  waiting(name?: JobName): number;
  running(name?: JobName): number;
}

/** A Set is a first-in, first-out list here. */
interface Lane<Item> {
  places: number;
  waiting: Set<Item>;
  running: number;
  /** Set while a start is due at the next turn. */
  turn?: NodeJS.Immediate | undefined;
}

export function createLanes<Item extends { name: JobName }>(options: {
  concurrency: Concurrency;
  /** Never rejects. */
  run: (item: Item) => Promise<void>;
}): Lanes<Item> {
  const { concurrency, run } = options;
  const lanes = new Map(JOB_NAMES.map((name) => [name, emptyLane<Item>(concurrency[name])]));
  let isOpen = false;

  function advance(lane: Lane<Item>): void {
    if (!isOpen || lane.turn !== undefined) return;
    if (lane.waiting.size === 0 || lane.running >= lane.places) return;
    lane.turn = setImmediate(() => {
      lane.turn = undefined;
      if (isOpen) startFirst(lane);
      advance(lane);
    });
  }

  function startFirst(lane: Lane<Item>): void {
    const [item] = lane.waiting;
    if (item === undefined) return;
    lane.waiting.delete(item);
    lane.running += 1;
    void run(item).finally(() => {
      lane.running -= 1;
      advance(lane);
    });
  }

  function total(name: JobName | undefined, count: (lane: Lane<Item>) => number): number {
    const counted = name === undefined ? [...lanes.values()] : [lanes.get(name)!];
    return counted.reduce((sum, lane) => sum + count(lane), 0);
  }

  return {
    add(item) {
      const lane = lanes.get(item.name);
      lane?.waiting.add(item);
      if (lane !== undefined) advance(lane);
    },
    open() {
      isOpen = true;
      for (const lane of lanes.values()) advance(lane);
    },
    close() {
      isOpen = false;
    },
    waiting: (name) => total(name, (lane) => lane.waiting.size),
    running: (name) => total(name, (lane) => lane.running),
  };
}

function emptyLane<Item>(places: number): Lane<Item> {
  return { places, waiting: new Set(), running: 0 };
}
