import { toFault } from '../../errors.ts';
import type { OutboundClient } from '../../outbound/client.ts';
import type { Log } from '../../telemetry.ts';
import { keepOfPage, type ScrapedPage } from './scrape-page.ts';
import { LONGEST_TIMER_MS } from '../../model/time/time-limits.ts';

/** Where readings are kept, so that a restart loses nothing that was seen; a stream is one page. */
export interface SampleLog {
  append(stream: string, at: number, document: unknown): Promise<void>;
  read(stream: string, fromAt: number, toAt: number): Promise<{ at: number; document: unknown }[]>;
}

export interface ScrapeDependencies {
  client: OutboundClient;
  samples: SampleLog;
  now: () => number;
  log: Log;
}

/** What one analysis wants read of a page: these names at `phaseAt + i * stepMs`, until `untilAt`. */
export interface Observation {
  names: readonly string[];
  phaseAt: number;
  stepMs: number;
  untilAt: number;
  /** The analysis. */
  observer: string;
}

/** What several analyses want alike, each until its own end. */
interface SharedObservation extends Pick<Observation, 'names' | 'phaseAt' | 'stepMs'> {
  untilBy: Map<string, number>;
}

/** Reads one page for everybody who observes it. */
export interface ScrapeLoop {
  observe(observation: Observation): void;
  /** This analysis wants nothing more. */
  unobserve(observer: string): void;
  /** When readings under way have been kept. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const MAX_PAGE_BYTES = 10 * 1024 * 1024;
const MAX_TIMEOUT_MS = 10_000;

export function streamOf(url: string): string {
  return `scrape:${url}`;
}

/** `onIdle` is called when nobody observes the page any more; the loop is then over. */
export function createScrapeLoop(
  url: string,
  { client, samples, now, log }: ScrapeDependencies,
  onIdle: () => void,
): ScrapeLoop {
  const observations = new Map<string, SharedObservation>();
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  /** The grid instant of the newest reading: a timer that fires early must not make it twice. */
  let due = -Infinity;

  function drop(isOver: (observer: string, untilAt: number) => boolean): void {
    for (const [key, { untilBy }] of observations) {
      for (const [observer, untilAt] of untilBy)
        if (isOver(observer, untilAt)) untilBy.delete(observer);
      if (untilBy.size === 0) observations.delete(key);
    }
  }

  /** The next grid instant anybody waits for, strictly later than `after`. */
  function nextInstant(after: number): number | undefined {
    drop((_, untilAt) => untilAt <= after);
    const instants = [...observations.values()].map(
      ({ phaseAt, stepMs }) => phaseAt + (Math.floor((after - phaseAt) / stepMs) + 1) * stepMs,
    );
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  function schedule(): void {
    clearTimeout(timer);
    if (stop.signal.aborted || running !== undefined) return;
    const next = nextInstant(Math.max(now(), due));
    if (next === undefined) {
      onIdle();
      return;
    }
    const waitMs = Math.max(0, next - now());
    const wake = () => {
      due = next;
      run();
    };
    // a longer timer goes off at once, and would read the page as fast as it answers
    const isFar = waitMs > LONGEST_TIMER_MS;
    timer = isFar ? setTimeout(schedule, LONGEST_TIMER_MS) : setTimeout(wake, waitMs);
    timer.unref();
  }

  function run(): void {
    clearTimeout(timer);
    running = readOnce().finally(() => {
      running = undefined;
      schedule();
    });
  }

  async function readOnce(): Promise<void> {
    const at = now();
    const wanted = new Set([...observations.values()].flatMap(({ names }) => names));
    const page = await readPage(wanted);
    if (stop.signal.aborted) return;
    try {
      await samples.append(streamOf(url), at, page);
    } catch (error) {
      log.warn({ error: toFault(error).message }, 'a scraped page could not be kept');
    }
  }

  async function readPage(wanted: ReadonlySet<string>): Promise<ScrapedPage> {
    const steps = [...observations.values()].map(({ stepMs }) => stepMs);
    try {
      const answer = await client.request({
        method: 'GET',
        url,
        headers: {
          accept: 'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4',
        },
        signal: stop.signal,
        timeoutMs: Math.min(MAX_TIMEOUT_MS, 0.8 * Math.min(...steps)),
        maxBytes: MAX_PAGE_BYTES,
      });
      if (answer.status !== 200) return { failure: `it answered ${answer.status}` };
      if (answer.truncated) return { failure: `its page is larger than ${MAX_PAGE_BYTES} bytes` };
      return keepOfPage(answer.text, wanted);
    } catch (error) {
      return { failure: toFault(error).message };
    }
  }

  return {
    observe(observation) {
      const { names, phaseAt, stepMs, untilAt, observer } = observation;
      const key = [phaseAt % stepMs, stepMs, ...names].join(' ');
      const known = observations.get(key);
      const { untilBy } = known ?? { untilBy: new Map<string, number>() };
      untilBy.set(observer, Math.max(untilAt, untilBy.get(observer) ?? 0));
      observations.set(key, { names, phaseAt, stepMs, untilBy });
      // The first reading comes at once: the first growth needs something to look back on.
      if (known === undefined && running === undefined) run();
      else schedule();
    },
    unobserve(observer) {
      drop((other) => other === observer);
      schedule();
    },
    settled: async () => running,
    async close() {
      stop.abort(new Error('closing'));
      clearTimeout(timer);
      await running;
    },
  };
}
