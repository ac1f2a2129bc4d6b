import { Fault } from '../../errors.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { parseThresholds } from '../../model/native-format.ts';
import type { Rejudgement } from '../../model/rejudgement.ts';
import { newId } from '../../new-id.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import { checkThresholds } from '../accept/check-thresholds.ts';
import { invalidRequest } from '../accept/invalid-request.ts';
import type { Profiles } from '../profiles.ts';
import { resolveConfig } from '../accept/resolve-config.ts';
import { unknownAnalysis } from '../cancel.ts';
import type { Judging } from '../judging/judging.ts';
import type { KeptParts } from '../judging/judge-kept.ts';
import { healthyBefore, keep, type Kept } from './keep.ts';

type Request = components['schemas']['RejudgeRequest'];

export interface RejudgeDependencies {
  store: Store;
  judges: AnyJudges;
  judging: Judging;
  limits: { maxMetrics: number };
  profiles: Profiles;
  now(): number;
}

/**
 * Judges the series of an analysis that has ended once more, by another config or judge, or by the same under this
 * version of the service. Nothing is fetched, and the verdict of the analysis stays. Faults: those of `keep`, of the
 * config and the judge.
 */
export type Rejudge = (
  id: string,
  request: Request,
  signal: AbortSignal,
  by?: string,
) => Promise<Rejudgement>;

/** As many as anybody compares; each is as large as a verdict. */
const MOST = 50;
/** As many as a first judgement learns from. */
const HEALTHY_RUNS = 10;

export function createRejudge(dependencies: RejudgeDependencies): Rejudge {
  const { store, judges, judging, now } = dependencies;
  return async (id, request, signal, by) => {
    const kept = await keep(id, store);
    if ((await store.rejudgements.list(id)).length >= MOST) throw tooMany(id);
    const { instead, configName, configVersion, notes } = await insteadOf(
      request,
      kept,
      dependencies,
    );
    const config = instead?.config ?? kept.run.config;
    const judge = judges.for(config);
    const isNew = instead !== undefined && kept.judgement.learnedFrom === undefined;
    const history =
      isNew && judge.learns === true
        ? await healthyBefore(kept.analysis, store, HEALTHY_RUNS)
        : kept.run.history;
    const run = { ...kept.run, history: judge.learns === true ? history : [] };
    const parts = { run, ...(instead === undefined ? {} : { instead }) };
    const judgement = await judging.kept(judge, parts, signal);
    const warnings = [...notes, ...judgement.warnings];
    const { verdict, score, reason } = judgement;
    const at = now();
    const rejudgement: Rejudgement = {
      id: newId(at),
      analysisId: id,
      createdAt: at,
      ...(by === undefined ? {} : { by }),
      configName,
      ...(configVersion === undefined ? {} : { configVersion }),
      judge: judgement.judge,
      verdict,
      score,
      reason,
      judgement: { ...judgement, warnings },
    };
    if (!(await store.rejudgements.add(rejudgement))) throw unknownAnalysis(id);
    return rejudgement;
  };
}

interface Instead extends Pick<KeptParts, 'instead'> {
  configName: string;
  configVersion?: number;
  /** What the reader should know of it. */
  notes: string[];
}

/** What the request judges by; nothing else than the first judgement where it says nothing. */
async function insteadOf(
  { config: given, judge, judgeOptions, thresholds }: Request,
  { analysis, run, forgotten }: Kept,
  { store, limits, profiles }: RejudgeDependencies,
): Promise<Instead> {
  const violations =
    thresholds === undefined ? [] : checkThresholds(thresholds, '/thresholds').violations;
  if (violations.length > 0) throw invalidRequest(violations);
  const { snapshot } = analysis;
  const notes =
    forgotten.length === 0
      ? []
      : [`earlier runs that the judge had learned from are gone: ${forgotten.length}`];
  const first = {
    configName: snapshot.configName,
    ...(snapshot.configVersion === undefined ? {} : { configVersion: snapshot.configVersion }),
  };
  if ([given, judge, judgeOptions, thresholds].every((part) => part === undefined))
    return { ...first, notes };
  const resolved =
    given === undefined ? undefined : await resolveConfig(given, store, { ...limits, profiles });
  const base = resolved?.config ?? run.config;
  const config = {
    ...base,
    judge: judge ?? base.judge,
    judgeOptions: judgeOptions ?? base.judgeOptions,
  };
  const own = resolved === undefined ? run.thresholds : config.thresholds;
  return {
    ...(resolved === undefined
      ? first
      : {
          configName: config.name,
          ...(resolved.version === undefined ? {} : { configVersion: resolved.version }),
        }),
    instead: {
      config,
      thresholds: thresholds === undefined ? own : parseThresholds(thresholds),
    },
    notes: [
      ...notes,
      ...(resolved?.warnings ?? []).map(({ pointer, message }) => `${pointer} ${message}`),
      ...otherQueries(config, run.config),
    ],
  };
}

/** Series are not fetched again, so a query that has changed is judged by what the former one gave. */
function otherQueries({ metrics }: CanaryConfig, before: CanaryConfig): string[] {
  return metrics.flatMap(({ name, query }) => {
    const earlier = before.metrics.find((metric) => metric.name === name);
    if (earlier === undefined) return [`${name}: the analysis has no series of such a metric`];
    return JSON.stringify(earlier.query) === JSON.stringify(query)
      ? []
      : [`${name}: judged by the series of the query that it had in the analysis`];
  });
}

function tooMany(id: string): Fault {
  const why = `analysis ${id} was judged again ${MOST} times, which is the most that is kept`;
  return new Fault('conflict', why, { subject: `analysis "${id}"` });
}
