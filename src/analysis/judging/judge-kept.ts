import { examine } from '../../findings/examine.ts';
import type { Judge } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import type { CanaryConfig, Thresholds } from '../../model/config.ts';
import { decodePairs, type JudgedSeries } from '../../model/encoded-result.ts';
import type { Finding, FindingCode } from '../../model/judgement/finding.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import type { KeptRun } from '../../model/kept-run.ts';
import type { Pair } from '../../model/series.ts';
import { inputOf } from '../run/judge-input.ts';
import { concludeLook, type PreparedLook } from './judge-look.ts';

/** A run to be judged again: as it was, or by another config. */
export interface KeptParts {
  run: KeptRun;
  /** Absent = as it was judged. */
  instead?: { config: CanaryConfig; thresholds: Thresholds };
}

/** Those that are said of judged metrics; the judgement brings them again. */
const OF_JUDGED: readonly FindingCode[] = ['not-compared', 'rise-from-zero'];
/** Those for which answers of sources are read: they cannot be found again, and are carried over. */
const OF_ANSWERS: readonly FindingCode[] = [
  'no-series',
  'labels-differ',
  'unpaired-series',
  'same-query',
  'coarse-step',
  'partial-answer',
  'source-warning',
];

/** The judgement of a kept run; as it was judged, it is the same to the last digit. */
export function judgeKept(parts: KeptParts): Judgement {
  const judge = createJudges().for((parts.instead ?? parts.run).config);
  const prepared = prepareKept(parts, judge);
  return concludeKept({ prepared, judged: judge.judge(prepared.input), run: parts.run });
}

/** `judge` where it is one of this service, which may say what it reads of a metric. */
export function prepareKept({ run, instead }: KeptParts, judge?: Judge): PreparedLook {
  const { config, thresholds } = instead ?? run;
  const all = decodePairs(run.series);
  const series = instead === undefined ? all : seriesFor(config, all);
  const input = inputOf({
    config,
    thresholds,
    series,
    healthy: run.history.map((one) => ({
      analysisId: one.analysisId,
      result: decodePairs(one.series),
    })),
    ...(run.plannedMs === undefined
      ? {}
      : { elapsedMs: run.elapsedMs ?? 0, plannedMs: run.plannedMs }),
    // another judge may want to go on, but nothing can follow
    isOver: instead !== undefined || run.isOver,
  });
  const { pairs, exposures } = input;
  const reads = judge?.reads === undefined ? {} : { reads: judge.reads };
  const examination = { config, pairs, ...(exposures && { exposures }), ...reads };
  return {
    input,
    examination,
    found:
      instead === undefined
        ? run.findings.filter(({ code }) => !OF_JUDGED.includes(code))
        : [
            ...examine(examination).filter(({ code }) => !OF_ANSWERS.includes(code)),
            ...carriedOver(run.findings, config),
          ],
    isLast: instead !== undefined || run.isLast,
    learnedFrom: run.history.map(({ analysisId }) => analysisId),
  };
}

export function concludeKept({
  prepared,
  judged,
  run,
}: {
  prepared: PreparedLook;
  judged: Judgement;
  run: Pick<KeptRun, 'conclusion'>;
}): Judgement {
  const { judgement } = concludeLook({ prepared, judged });
  return { ...judgement, reason: judgement.reason + run.conclusion };
}

/** A metric that the run did not have is judged as missing; one that the config does not have is left out. */
function seriesFor({ metrics }: CanaryConfig, series: JudgedSeries): JudgedSeries {
  const pairs = metrics.flatMap(({ name }): Pair[] => {
    const own = series.pairs.filter(({ metric }) => metric === name);
    if (own.length > 0) return own;
    const empty = { startAt: 0, stepMs: series.pairs[0]?.canary.stepMs ?? 60_000, values: [] };
    const side = { ...empty, attributes: {} };
    return [{ id: `missing-${name}`, metric: name, tags: {}, baseline: side, canary: side }];
  });
  return { ...series, pairs };
}

/** What the other config makes of what sources have said. */
function carriedOver(findings: readonly Finding[], config: CanaryConfig): Finding[] {
  return findings.flatMap((finding) => {
    const metric = config.metrics.find(({ name }) => name === finding.metric);
    const action = config.dataPolicy?.[finding.code] ?? 'warn';
    if (metric === undefined || action === 'ignore' || !OF_ANSWERS.includes(finding.code))
      return [];
    return [{ ...finding, action: metric.muted ? 'warn' : action }];
  });
}
