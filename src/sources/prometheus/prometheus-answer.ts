import { describeText, isRecord, parseJson, wrongAnswer } from '../asking/read-json.ts';
import type { RangeAnswer, RangeSeries } from '../grid/range-series.ts';
import { readSampleValue } from '../grid/sample-value.ts';
import type { SourceRemark } from '../source.ts';

/** Prometheus' own words about a query it refused, from the body of an error answer; undefined when there are none. */
export function readErrorText(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer) || typeof answer['error'] !== 'string') return undefined;
  const type = typeof answer['errorType'] === 'string' ? `${answer['errorType']}: ` : '';
  return `${type}${answer['error']}`;
}

/** Reads the body of a successful range query. Faults: `source-answer`, its text saying what the answer is instead. */
export function readRangeAnswer(body: string): RangeAnswer {
  const answer = parseJson(body);
  if (!isRecord(answer)) throw wrongAnswer(`not JSON but ${describeText(body, 'Prometheus')}`);
  if (answer['status'] !== 'success') {
    throw wrongAnswer(
      `status "${String(answer['status'])}": ${readErrorText(body) ?? 'no error text'}`,
    );
  }
  const data = answer['data'];
  if (!isRecord(data)) throw wrongAnswer('without data');
  if (data['resultType'] !== 'matrix')
    throw wrongAnswer(`a ${String(data['resultType'])}, not a matrix`);
  if (!Array.isArray(data['result'])) throw wrongAnswer('a matrix without result');
  return { series: data['result'].map(readSeries), remarks: readRemarks(answer) };
}

/** Reads the body of an answer that is a list of names. Faults: `source-answer`. */
export function readNames(body: string): string[] {
  const answer = parseJson(body);
  const data = isRecord(answer) ? answer['data'] : undefined;
  if (!Array.isArray(data))
    throw wrongAnswer(`not a list of names but ${describeText(body, 'Prometheus')}`);
  return data.filter((name) => typeof name === 'string');
}

function readSeries(item: unknown): RangeSeries {
  if (!isRecord(item) || !isRecord(item['metric'])) throw wrongAnswer('a series without labels');
  if (!Array.isArray(item['values'])) {
    throw wrongAnswer(
      'histograms' in item ? 'a native histogram, not numbers' : 'a series without values',
    );
  }
  const { __name__: _name, ...labels } = item['metric'];
  const tags = Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [key, String(value)]),
  );
  return { tags, points: item['values'].map(readPoint) };
}

function readPoint(item: unknown): [number, number] {
  if (Array.isArray(item) && typeof item[0] === 'number' && typeof item[1] === 'string') {
    const value = readSampleValue(item[1]);
    if (value !== undefined) return [Math.round(item[0] * 1000), value];
  }
  throw wrongAnswer(`a point that is no [seconds, "number"]: ${JSON.stringify(item).slice(0, 80)}`);
}

/**
 * Prometheus' `warnings` are of two kinds: those of its language begin with `PromQL warning:` (in some
 * versions `PromQL info:` stands among them); all others come from storages that could not be read whole,
 * there as in Thanos and Mimir. A cluster of VictoriaMetrics says `isPartial` instead.
 */
function readRemarks(answer: Record<string, unknown>): SourceRemark[] {
  const partial: SourceRemark = {
    kind: 'partial',
    text: 'the answer is partial (isPartial): some storage nodes did not answer',
  };
  return [
    ...(answer['isPartial'] === true ? [partial] : []),
    ...readTexts(answer['warnings']).map((text) => ({ kind: kindOfWarning(text), text })),
    ...readTexts(answer['infos']).map((text) => ({ kind: 'info' as const, text })),
  ];
}

function kindOfWarning(text: string): SourceRemark['kind'] {
  if (text.startsWith('PromQL info:')) return 'info';
  return text.startsWith('PromQL warning:') ? 'warning' : 'partial';
}

function readTexts(texts: unknown): string[] {
  return Array.isArray(texts) ? texts.filter((item) => typeof item === 'string') : [];
}
