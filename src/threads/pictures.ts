import type { Piscina } from 'piscina';
import { Fault } from '../errors.ts';
import type { Log } from '../telemetry.ts';

export interface Pictures {
  /** A picture (PNG) of an SVG. Faults: `too-many-requests` when as many wait as may. */
  draw(svg: string, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A chat that opens a link asks once: a minute without any is the end of it. */
const IDLE_MS = 60_000;
const MOST_WAITING = 16;
const MOST_MS = 10_000;
/** Program, fonts and one picture take about half of it. */
const MEMORY_MEGABYTES = 128;

/** A checkout runs its TypeScript as it is; an installed package carries only the compiled files. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './picture-worker.ts' : './picture-worker.js',
  import.meta.url,
);

/** One thread that draws, started with the first picture and ended when none is asked for. */
export function createPictures(log: Log): Pictures {
  let pool: Promise<Piscina> | undefined;
  return {
    async draw(svg, signal) {
      pool ??= createPool(log);
      const drawing = await pool;
      if (drawing.queueSize >= MOST_WAITING) {
        throw new Fault(
          'too-many-requests',
          `${MOST_WAITING} pictures wait to be drawn already: ask again in a few seconds`,
          { retryable: true },
        );
      }
      const stop = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
      return (await drawing.run(svg, { signal: stop })) as Uint8Array;
    },
    close: async () => (await pool)?.destroy(),
  };
}

async function createPool(log: Log): Promise<Piscina> {
  const { Piscina } = await import('piscina'); // not before it is needed: the start is quicker
  const pool = new Piscina({
    filename: WORKER.href,
    name: 'draw',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    env: {}, // secrets are of no use there
    execArgv: [],
  });
  pool.on('error', (error) => log.error({ err: error }, 'the thread that draws pictures died'));
  return pool;
}
