import { isFinal, type Analysis } from '../model/analysis.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { intervalAt, intervalCount } from './intervals.ts';
import { planRequests } from './run/series-requests.ts';

/** Sources that have no memory of their own must collect while an analysis runs: in one process, if there are several. */
export interface Observe {
  /** Of an analysis that has just been stored. */
  begin(analysis: Pick<Analysis, 'id' | 'snapshot'>): void;
  /** Of one that was stored before, in this process. */
  resume(analysis: Pick<Analysis, 'id' | 'snapshot'>): void;
  /** Collects nothing any more. */
  stop(): void;
}

export function createObserve(dependencies: {
  store: Pick<Store, 'analyses' | 'peers'>;
  sources: Sources;
  log: Log;
}): Observe {
  const { store, sources, log } = dependencies;
  const { analyses, peers } = store;
  const observed = new Set<string>();

  function resume(analysis: Pick<Analysis, 'id' | 'snapshot'>): void {
    const wanted = observations(analysis, sources);
    for (const { source, request } of wanted)
      source.observe?.(request, request.scope.endAt, analysis.id);
    if (wanted.length > 0 && peers.isShared) observed.add(analysis.id);
  }
  const follow = (id: string, change: (analysis: Analysis) => void) => {
    analyses
      .get(id)
      .then((analysis) => analysis && change(analysis))
      .catch((error: unknown) => log.warn({ err: error, analysis: id }, 'a page may be unread'));
  };
  peers.onTold('accepted', (id) => {
    if (peers.isHouseKeeper())
      follow(id, (analysis) => isFinal(analysis.state) || resume(analysis));
  });
  peers.onTold('changed', (id) => {
    if (!observed.has(id)) return;
    follow(id, ({ state }) => {
      if (!isFinal(state)) return;
      sources.unobserve(id);
      observed.delete(id);
    });
  });

  return {
    begin(analysis) {
      if (!peers.isShared || peers.isHouseKeeper()) resume(analysis);
      else if (observations(analysis, sources).length > 0) peers.tell('accepted', analysis.id);
    },
    resume,
    stop() {
      for (const id of observed) sources.unobserve(id);
      observed.clear();
    },
  };
}

function observations({ snapshot }: Pick<Analysis, 'id' | 'snapshot'>, sources: Sources) {
  const lastLook = intervalAt(snapshot.window, intervalCount(snapshot.window));
  return planRequests(snapshot, lastLook, sources).filter(
    ({ source }) => source.observe !== undefined,
  );
}
