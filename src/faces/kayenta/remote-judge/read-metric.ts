import { nameText } from '../../../judges/explain/explain-metric.ts';
import type { JudgeInput } from '../../../judges/judge.ts';
import { quantityText } from '../../../judges/explain/number-text.ts';
import type {
  Classification,
  MetricJudgement,
  SampleSummary,
} from '../../../model/judgement/judgement.ts';
import { mapValues, requiredText } from '../format/parse-config.ts';
import { child, descend, items, number, refuse, text, type Place } from '../format/place.ts';
import type { PairSide } from '../../../model/series.ts';

const CLASSIFICATIONS: readonly Classification[] = [
  'Pass',
  'High',
  'Low',
  'Nodata',
  'NodataFailMetric',
  'Error',
];

/** One metric of a remote result; what was received is counted from the pair that was sent. */
export function readRemoteMetric(place: Place, { config, pairs }: JudgeInput): MetricJudgement {
  const metric = requiredText(child(place, 'name'));
  const pairId = text(child(place, 'id')) ?? '';
  const pair =
    pairs.find(({ id }) => id === pairId) ?? pairs.find((sent) => sent.metric === metric);
  const { unit } = config.metrics.find(({ name }) => name === metric) ?? {};
  const reason = text(child(place, 'classificationReason'));
  const ratio = number(descend(place, 'resultMetadata', 'ratio'));
  const judged = {
    metric,
    pairId,
    tags: mapValues(child(place, 'tags'), requiredText),
    groups: items(child(place, 'groups')).map(requiredText),
    ...(unit === undefined ? {} : { unit }),
    classification: readClassification(child(place, 'classification')),
    ...(reason === undefined ? {} : { classificationReason: reason }),
    critical: child(place, 'critical').value === true,
    muted: child(place, 'muted').value === true,
    baseline: readSummary(descend(place, 'controlMetadata', 'stats'), pair?.baseline),
    canary: readSummary(descend(place, 'experimentMetadata', 'stats'), pair?.canary),
    ...(ratio === undefined ? {} : { ratio }),
  };
  return { ...judged, sentence: explainRemoteMetric(judged) };
}

function readClassification(place: Place): Classification {
  const known = CLASSIFICATIONS.find((word) => word === place.value);
  return known ?? refuse(place, `one of ${CLASSIFICATIONS.join(', ')}`);
}

function readSummary(stats: Place, sent: PairSide | undefined): SampleSummary {
  const read = (name: string) => number(child(stats, name)) ?? 0;
  const count = read('count');
  const received = sent?.values.length ?? count;
  const missing = sent?.values.filter(Number.isNaN).length ?? 0;
  return {
    count,
    min: read('min'),
    max: read('max'),
    mean: read('mean'),
    std: read('std'),
    received,
    missing,
    // gaps that count as 0 make the count larger than that
    outliers: Math.max(0, received - missing - count),
  };
}

/** Only what the other service said; its tests and limits are its own. */
function explainRemoteMetric(judged: Omit<MetricJudgement, 'sentence'>): string {
  const { classification, classificationReason: why, baseline, canary, unit } = judged;
  const said = why === undefined ? '' : ` ("${why}")`;
  const hasMeans = baseline.count > 0 && canary.count > 0;
  const means = `mean ${quantityText(baseline.mean, unit)} -> ${quantityText(canary.mean, unit)}`;
  return `${nameText(judged)} was judged ${classification}${said}${hasMeans ? `; ${means}` : ''}`;
}
