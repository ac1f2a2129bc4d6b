import type { AnalysisSummary } from '../../model/analysis.ts';
import type { Judgement } from '../../model/judgement/judgement.ts';
import { worstFirst } from '../../model/judgement/severity.ts';
import { shownChange } from '../../model/judgement/shown-change.ts';
import type { Store } from '../../store/store.ts';
import type { LabelledGauge, Telemetry } from '../../telemetry.ts';

/** Newest analyses that are looked through for the last one of each config and application. */
const LOOKED_THROUGH = 500;
/** Metrics told of one config, the worst first: their number must stay small. */
const MOST_METRICS = 50;

/**
 * Tells on each scrape how the newest analysis of each config and application ended, and what its metrics came
 * to, for `most` of them: dashboards and Argo's or Flagger's queries of a Prometheus that scrapes this service.
 */
export function watchLastVerdicts(
  { store, telemetry }: { store: Pick<Store, 'analyses'>; telemetry: Telemetry },
  most: number,
): void {
  if (most === 0) return;
  const gauges = createGauges(telemetry);
  // what has ended stays as it is, and is read once
  let known = new Map<string, Judgement | undefined>();
  telemetry.onCollect(async () => {
    const ended = await store.analyses.list({ limit: LOOKED_THROUGH, state: 'completed' });
    const last = newestOfEach(ended).slice(0, most);
    const read = async ({ id }: AnalysisSummary) =>
      [id, known.has(id) ? known.get(id) : await readJudgement(store, id)] as const;
    known = new Map(await Promise.all(last.map(read)));
    for (const gauge of Object.values(gauges)) gauge.reset();
    for (const analysis of last) tell(gauges, analysis, known.get(analysis.id));
  });
}

type Gauges = ReturnType<typeof createGauges>;
const OF_ANALYSIS = ['config', 'application'] as const;

function createGauges({ gauge }: Telemetry) {
  return {
    verdict: gauge({
      name: 'canary_last_verdict',
      help: 'How the newest analysis ended: 1 = pass, 0 = fail, nothing where that was not decided.',
      labelNames: OF_ANALYSIS,
    }),
    score: gauge({
      name: 'canary_last_score',
      help: 'Its score, 0 to 100.',
      labelNames: OF_ANALYSIS,
    }),
    change: gauge({
      name: 'canary_last_metric_change',
      help: 'How many times the baseline the canary was, for each metric.',
      labelNames: [...OF_ANALYSIS, 'metric'] as const,
    }),
    value: gauge({
      name: 'canary_last_metric_value',
      help: 'Mean of each metric on each side, in the unit of the metric.',
      labelNames: [...OF_ANALYSIS, 'metric', 'side'] as const,
    }),
  };
}

/** The list is newest first. */
function newestOfEach(ended: readonly AnalysisSummary[]): AnalysisSummary[] {
  const newest = new Map<string, AnalysisSummary>();
  for (const analysis of ended) {
    const key = JSON.stringify(labelsOf(analysis));
    if (!newest.has(key)) newest.set(key, analysis);
  }
  return [...newest.values()];
}

function labelsOf({ configName, labels }: AnalysisSummary) {
  return { config: configName, application: labels['application'] ?? '' };
}

async function readJudgement(
  { analyses }: Pick<Store, 'analyses'>,
  id: string,
): Promise<Judgement | undefined> {
  const judged = (await analyses.executions(id)).findLast(({ state }) => state === 'completed');
  return judged && (await analyses.judgements([judged.id])).get(judged.id);
}

function tell(
  { verdict, score, change, value }: Gauges,
  analysis: AnalysisSummary,
  judgement: Judgement | undefined,
): void {
  const labels = labelsOf(analysis);
  if (analysis.verdict === 'pass' || analysis.verdict === 'fail') {
    verdict.set(labels, analysis.verdict === 'pass' ? 1 : 0);
  }
  if (analysis.score !== undefined) score.set(labels, analysis.score);
  if (judgement === undefined) return;
  // of a metric with several series the worst one speaks
  const byName = Map.groupBy(worstFirst(judgement), ({ metric }) => metric.metric);
  for (const [metric, [worst]] of [...byName].slice(0, MOST_METRICS)) {
    const { baseline, canary } = worst!.metric;
    setNumber(change, { ...labels, metric }, shownChange(worst!.metric)?.estimate);
    setNumber(value, { ...labels, metric, side: 'baseline' }, baseline.mean);
    setNumber(value, { ...labels, metric, side: 'canary' }, canary.mean);
  }
}

/** Nothing rather than NaN, which Argo and Flagger take for a value. */
function setNumber<Name extends string>(
  gauge: LabelledGauge<Name>,
  labels: Record<Name, string>,
  value: number | undefined,
): void {
  if (value !== undefined && Number.isFinite(value)) gauge.set(labels, value);
}
