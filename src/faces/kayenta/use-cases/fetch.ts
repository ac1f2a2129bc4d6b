import { randomUUID } from 'node:crypto';
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
      return list === undefined ? [] : list(signal);
    },
    async run({ kind, account, request, signal }, format) {
      const source = sources.get(kind, account);
      const deadline = AbortSignal.timeout(limits.executionDeadlineMs);
      const fetched = await source.fetch(request, AbortSignal.any([signal, deadline]));
      const document = format(fetched, source.describe(request));
      const id = randomUUID();
      await store.objects.create('metric-set-list', { id, document, names: [], at: now() });
      return id;
    },
  };
}
