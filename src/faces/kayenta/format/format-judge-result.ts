import { gradedScore } from '../../../model/graded-score.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Judgement, MetricJudgement, SampleSummary } from '../../../model/judgement.ts';

/** Kayenta's `CanaryJudgeResult`: what is absent is left out, NaN and the infinities are texts. */
export interface KayentaJudgeResult {
  judgeName: string;
  results: KayentaMetricResult[];
  groupScores: KayentaScore[];
  score: KayentaScore;
}

export interface KayentaScore {
  name?: string;
  score: number;
  classification: string;
  classificationReason: string;
}

export interface KayentaMetricResult {
  name: string;
  tags: Record<string, string>;
  id?: string;
  classification: string;
  classificationReason?: string;
  groups: string[];
  experimentMetadata: { stats: KayentaStatistics };
  controlMetadata: { stats: KayentaStatistics };
  resultMetadata?: { ratio?: KayentaNumber; findings?: string[] };
  critical: boolean;
  muted: boolean;
}

export type KayentaNumber = number | 'NaN' | 'Infinity' | '-Infinity';
export type KayentaStatistics = Record<'count' | 'min' | 'max' | 'mean' | 'std', KayentaNumber>;

export function formatKayentaJudgeResult(judgement: Judgement): KayentaJudgeResult {
  return {
    judgeName: judgement.judge,
    results: judgement.metrics.map((metric) => formatMetric(metric, judgement.findings ?? [])),
    groupScores: judgement.groups.map(({ name, score }) => ({
      name,
      score,
      classification: '',
      classificationReason: '',
    })),
    score: formatScore(judgement),
  };
}

/** Kayenta's clients act on the score: what was not decided must neither promote nor roll back. */
function formatScore(judgement: Judgement): KayentaScore {
  const score = gradedScore(judgement);
  const isOpen = score !== judgement.score;
  return {
    score,
    classification: isOpen ? 'Marginal' : judgement.scoreClassification,
    classificationReason: isOpen ? judgement.reason : judgement.scoreReason,
  };
}

function formatMetric(metric: MetricJudgement, all: readonly Finding[]): KayentaMetricResult {
  const { ratio } = metric;
  const findings = all.filter((one) => isAbout(one, metric)).map(({ sentence }) => sentence);
  // Kayenta has no word for it; `Pass` would be a green tick
  const isUndecided = metric.classification === 'Undecided';
  const classification = isUndecided ? 'Nodata' : metric.classification;
  const classificationReason = isUndecided ? metric.sentence : metric.classificationReason;
  return {
    name: metric.metric,
    tags: metric.tags,
    ...(metric.pairId === '' ? {} : { id: metric.pairId }),
    classification,
    ...(classificationReason === undefined ? {} : { classificationReason }),
    groups: metric.groups,
    experimentMetadata: { stats: formatStatistics(metric.canary) },
    controlMetadata: { stats: formatStatistics(metric.baseline) },
    ...formatMetadata(ratio, findings),
    critical: metric.critical,
    muted: metric.muted,
  };
}

/** Kayenta's own map for whatever belongs to a result: no client reads more of it than the ratio. */
function formatMetadata(
  ratio: number | undefined,
  findings: string[],
): Pick<KayentaMetricResult, 'resultMetadata'> {
  if (ratio === undefined && findings.length === 0) return {};
  return {
    resultMetadata: {
      ...(ratio === undefined ? {} : { ratio: formatNumber(ratio) }),
      ...(findings.length === 0 ? {} : { findings }),
    },
  };
}

/** Of a metric with several series also those that are about all of them. */
function isAbout(finding: Finding, { metric, tags }: MetricJudgement): boolean {
  const own = Object.entries(finding.tags ?? {});
  return finding.metric === metric && own.every(([name, value]) => tags[name] === value);
}

function formatStatistics({ count, min, max, mean, std }: SampleSummary): KayentaStatistics {
  return {
    count,
    min: formatNumber(min),
    max: formatNumber(max),
    mean: formatNumber(mean),
    std: formatNumber(std),
  };
}

function formatNumber(value: number): KayentaNumber {
  return Number.isFinite(value) ? value : (String(value) as KayentaNumber);
}
