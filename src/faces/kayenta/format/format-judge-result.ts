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
  resultMetadata?: { ratio: KayentaNumber };
  critical: boolean;
  muted: boolean;
}

export type KayentaNumber = number | 'NaN' | 'Infinity' | '-Infinity';
export type KayentaStatistics = Record<'count' | 'min' | 'max' | 'mean' | 'std', KayentaNumber>;

export function formatKayentaJudgeResult(judgement: Judgement): KayentaJudgeResult {
  return {
    judgeName: judgement.judge,
    results: judgement.metrics.map(formatMetric),
    groupScores: judgement.groups.map(({ name, score }) => ({
      name,
      score,
      classification: '',
      classificationReason: '',
    })),
    score: {
      score: judgement.score,
      classification: judgement.scoreClassification,
      classificationReason: judgement.scoreReason,
    },
  };
}

function formatMetric(metric: MetricJudgement): KayentaMetricResult {
  const { classification, classificationReason, ratio } = metric;
  return {
    name: metric.metric,
    tags: metric.tags,
    ...(metric.pairId === '' ? {} : { id: metric.pairId }),
    classification,
    ...(classificationReason === undefined ? {} : { classificationReason }),
    groups: metric.groups,
    experimentMetadata: { stats: formatStatistics(metric.canary) },
    controlMetadata: { stats: formatStatistics(metric.baseline) },
    ...(ratio === undefined ? {} : { resultMetadata: { ratio: formatNumber(ratio) } }),
    critical: metric.critical,
    muted: metric.muted,
  };
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
