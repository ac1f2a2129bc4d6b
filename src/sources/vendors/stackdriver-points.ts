import { isRecord, wrongAnswer } from '../asking/read-json.ts';
import { readNumber, readTime } from '../grid/frames.ts';

/** Labels of the resource and of the metric; the project is that of the account. */
export function labelsOf(series: Record<string, unknown>): Record<string, string> {
  const labels = ['resource', 'metric'].flatMap((name) => {
    const part = series[name];
    const own = isRecord(part) ? part['labels'] : undefined;
    return Object.entries(isRecord(own) ? own : {});
  });
  return Object.fromEntries(
    labels.filter(([name]) => name !== 'project_id').map(([name, value]) => [name, String(value)]),
  );
}

/** Integers of 64 bits come as texts. */
export function readPoint(point: unknown): { startAt: number; endAt: number; value: number } {
  const { interval, value } = isRecord(point) ? point : {};
  const { startTime, endTime } = isRecord(interval) ? interval : {};
  if (!isRecord(value)) throw wrongAnswer('a point without a value');
  if (value['distributionValue'] !== undefined) {
    throw wrongAnswer(
      'distributions, which are no numbers; take a reducer such as REDUCE_PERCENTILE_95',
    );
  }
  const endAt = readTime(endTime, 'endTime');
  return {
    startAt: startTime === undefined ? endAt : readTime(startTime, 'startTime'),
    endAt,
    value: readNumber(value['int64Value'] ?? value['doubleValue'], 'value'),
  };
}
