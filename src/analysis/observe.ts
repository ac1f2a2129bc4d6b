import { isFinal, type Analysis, type AnalysisSnapshot } from '../model/analysis.ts';
import type { ExpectedMetric } from '../model/pushed/points.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { intervalAt, intervalBefore, intervalCount } from './intervals.ts';
import { planRequests } from './run/series-requests.ts';

/** Sources that have no memory of their own must collect while an analysis runs: in one process, if there are several. */
export interface Observe {
  /** Of an analysis that has just been stored. */
  begin(analysis: Pick<Analysis, 'id' | 'snapshot'>): void;
  /** What it asks of metrics that other systems send here. */
  expects(snapshot: AnalysisSnapshot): ExpectedMetric[];
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
    expects: (snapshot) => expectedBy(snapshot, sources),
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

/** Each metric once, from the first moment that any look reads to the last. */
function expectedBy(snapshot: AnalysisSnapshot, sources: Sources): ExpectedMetric[] {
  const { window } = snapshot;
  const first = planRequests(snapshot, intervalAt(window, 1), sources);
  if (!first.some(({ source }) => source.expects !== undefined)) return [];
  const looks = [
    intervalBefore(window),
    intervalAt(window, 1),
    intervalAt(window, intervalCount(window)),
  ].filter((look) => look !== undefined);
  const expected = new Map<string, ExpectedMetric>();
  for (const look of looks) {
    for (const { source, request } of planRequests(snapshot, look, sources)) {
      for (const one of source.expects?.(request) ?? []) {
        const key = JSON.stringify([one.attribute, one.scope, one.name]);
        const known = expected.get(key) ?? one;
        const fromAt = Math.min(known.fromAt, one.fromAt);
        expected.set(key, { ...one, fromAt, untilAt: Math.max(known.untilAt, one.untilAt) });
      }
    }
  }
  return [...expected.values()];
}
