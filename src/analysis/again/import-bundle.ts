import { Fault, toFault } from '../../errors.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import type { AnalysisSnapshot, ScopeRequestPair } from '../../model/analysis.ts';
import { openBundle, writeHistory, type Bundle, type SealedBundle } from '../../model/bundle.ts';
import { encodeDocument } from '../../model/document.ts';
import { decodePairs, encodePairs, type JudgedSeries } from '../../model/encoded-result.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { FixedWindow } from '../../model/time/window.ts';
import { newId } from '../../new-id.ts';
import type { Store } from '../../store/store.ts';
import type { Judging } from '../judging/judging.ts';
import { checkRun } from './check-run.ts';

export interface ImportBundleDependencies {
  store: Pick<Store, 'analyses'>;
  judges: AnyJudges;
  judging: Judging;
  limits: { maxMetrics: number };
  now(): number;
}

/**
 * Judges what another service has exported, and keeps it as an analysis that has ended: nothing is fetched, and nobody
 * is told. The same bundle gives the same analysis. Faults: `invalid-request` for what no service has written, for what
 * was changed since, and for a newer format; those of the judge.
 */
export type ImportBundle = (
  sealed: SealedBundle,
  signal: AbortSignal,
  by: string,
) => Promise<{ id: string; isNew: boolean }>;

export function createImportBundle(dependencies: ImportBundleDependencies): ImportBundle {
  const { store, now } = dependencies;
  return async (sealed, signal, by) => {
    const bundle = openBundle(sealed, sealed.sha256.slice(0, 16));
    const idempotency = { key: `bundle:${sealed.sha256}`, requestHash: sealed.sha256 };
    const earlier = await store.analyses.byIdempotencyKey(idempotency.key);
    if (earlier !== undefined) return { id: earlier.id, isNew: false };
    const series = seriesOf(bundle);
    checkRun(bundle, dependencies.limits);
    const judgement = await judgeAgain(bundle, signal, dependencies);
    const at = now();
    const analysis = {
      id: newId(at),
      createdAt: at,
      sequence: 0,
      snapshot: snapshotOf(bundle, series, { sha256: sealed.sha256, by }),
      idempotency,
    };
    const { startAt, endAt } = analysis.snapshot.window as FixedWindow;
    const first = { id: newId(at), analysisId: analysis.id, index: 1, startAt, endAt, dueAt: at };
    const { verdict, score, reason } = judgement;
    const end = { state: 'completed', verdict, score, reason } as const;
    const made = await store.analyses.create(analysis, first, [], {
      executionId: first.id,
      attempt: 1,
      endedAt: at,
      end: { ...end, result: { judgement, sourceWarnings: [], series: encodePairs(series) } },
      supersedes: false,
      next: { analysis: end },
      sequence: 0,
      deliveries: [],
    });
    return made.created ? { id: analysis.id, isNew: true } : { id: made.id, isNew: false };
  };
}

async function judgeAgain(
  { version, run, judgement: first }: Bundle,
  signal: AbortSignal,
  { judges, judging }: ImportBundleDependencies,
): Promise<Judgement> {
  let judgement: Judgement;
  try {
    judgement = await judging.kept(judges.for(run.config), { run }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    throw toFault(thrown).code === 'internal' ? notJudged(thrown) : thrown;
  }
  if (encodeDocument(judgement) === encodeDocument(first)) return judgement;
  const text = `version ${version} had said ${first.verdict}, score ${first.score}; this one does not say exactly the same`;
  return { ...judgement, warnings: [...judgement.warnings, text] };
}

function seriesOf({ run }: Bundle): JudgedSeries {
  try {
    const series = decodePairs(run.series);
    if (series.pairs.length === 0) throw new Error('there is none');
    return series;
  } catch (thrown) {
    throw notJudged(thrown);
  }
}

function notJudged(cause: unknown): Fault {
  const text = 'the bundle holds a run that cannot be judged: export it again';
  return new Fault('invalid-request', text, { cause });
}

function snapshotOf(
  { analysisId, version, configName, run, scopes = {} }: Bundle,
  series: JudgedSeries,
  came: { sha256: string; by: string },
): AnalysisSnapshot {
  const { config, thresholds, isLast, isOver, conclusion, elapsedMs, plannedMs } = run;
  const times = plannedMs === undefined ? {} : { elapsedMs: elapsedMs ?? 0, plannedMs };
  const progress = { ...times, isLast, isOver, conclusion };
  const names = new Set(config.metrics.map(({ scopeName }) => scopeName));
  return {
    // no config has such a name: no judge of here learns from it, and no badge or list of that config counts it
    configName: `imported:${configName}`,
    config,
    thresholds,
    scopes: Object.fromEntries([...names].map((name) => [name, scopes[name] ?? UNKNOWN])),
    window: windowOf(series),
    callbacks: [],
    labels: {},
    inlineSeries: {},
    imported: { ...came, analysisId, version, progress, history: writeHistory(run.history) },
  };
}

const NOWHERE = { scope: '', location: '', parameters: {}, offsetMs: 0 };
const UNKNOWN: ScopeRequestPair = { baseline: NOWHERE, canary: NOWHERE };

/** From the first value of a canary to the last one. */
function windowOf({ pairs }: JudgedSeries): FixedWindow {
  const sides = pairs.map(({ canary }) => canary);
  const startAt = Math.min(...sides.map((side) => side.startAt));
  const endAt = Math.max(...sides.map((side) => side.startAt + side.stepMs * side.values.length));
  return { kind: 'fixed', startAt, endAt, stepSeconds: sides[0]!.stepMs / 1000 };
}
