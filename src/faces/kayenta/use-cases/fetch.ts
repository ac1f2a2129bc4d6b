import { randomUUID } from 'node:crypto';
import { Fault, toFault } from '../../../errors.ts';
import { formatDuration } from '../../../model/time/duration.ts';
import type { FetchedSeries, SeriesRequest } from '../../../sources/source.ts';
import type { Sources } from '../../../sources/registry.ts';
import type { Store } from '../../../store/store.ts';
import type { AnalysisLimits } from '../../../analysis/limits.ts';

export interface KayentaFetch {
  /** The text of the query. */
  describe(kind: string, account: string, request: SeriesRequest): string;
  /** Names of the metrics that an account has; none where its kind cannot list them. */
  names(account: { type: string; name: string }, signal: AbortSignal): Promise<string[]>;
  /** Asks now, and stores what `format` makes of the answer as a metric set list; answers its id. */
  run(
    call: { kind: string; account: string; request: SeriesRequest; signal: AbortSignal },
    format: (fetched: FetchedSeries, query: string) => unknown[],
  ): Promise<string>;
}

export interface KayentaFetchDependencies {
  sources: Sources;
  store: Store;
  limits: AnalysisLimits;
  now(): number;
}

/** One query by hand, to try it out before it stands in a config. */
export function createKayentaFetch(dependencies: KayentaFetchDependencies): KayentaFetch {
  const { sources, store, limits, now } = dependencies;
  return {
    describe: (kind, account, request) => sources.get(kind, account).describe(request),
    async names({ type, name }, signal) {
      const list = sources.get(type, name).listMetrics;
      return list === undefined ? [] : withDeadline(signal, list);
    },
    async run({ kind, account, request, signal }, format) {
      const source = sources.get(kind, account);
      const fetched = await withDeadline(signal, (stop) => source.fetch(request, stop));
      const document = format(fetched, source.describe(request));
      const id = randomUUID();
      await store.objects.create('metric-set-list', { id, document, names: [], at: now() });
      return id;
    },
  };

  /** Somebody waits for the answer: past the deadline it is a time-out of ours that blames the source. */
  async function withDeadline<T>(
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { executionDeadlineMs } = limits;
    const late = new AbortController();
    const reason = `the query was given up after ${formatDuration(executionDeadlineMs)}`;
    const timer = setTimeout(
      () => late.abort(new Fault('deadline-exceeded', reason)),
      executionDeadlineMs,
    );
    try {
      return await ask(AbortSignal.any([signal, late.signal]));
    } catch (thrown) {
      const fault = toFault(thrown);
      if (!late.signal.aborted || fault.code === 'deadline-exceeded') throw thrown;
      throw new Fault('deadline-exceeded', `${reason}; ${fault.message}`, { cause: thrown });
    } finally {
      clearTimeout(timer);
    }
  }
}
