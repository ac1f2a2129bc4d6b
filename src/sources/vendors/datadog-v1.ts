import { Fault } from '../../errors.ts';
import type { OutboundAnswer } from '../../outbound/client.ts';
import type { PageAnswer, Plan } from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { gridOf } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { expandCustomFilter } from '../queries/kayenta-template.ts';
import { textField } from '../queries/query-fields.ts';
import type { SeriesRequest } from '../source.ts';

/** Kayenta's query and its one call of v1: the step is not sent, and Datadog's default rollup decides. */
export function planKayentaDatadog(request: SeriesRequest): Plan {
  const { scope, query } = request;
  const filter = expandCustomFilter(request, ['scope', 'location']);
  const text = filter || `${textField(query, 'metricName') ?? ''}{${scope.scope || 'null'}}`;
  return {
    query: text,
    grid: gridOf(scope),
    place: ({ points, stepMs = 1000 }, { startAt }) => ({
      startAt: points[0]?.[0] ?? startAt,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      {
        method: 'GET',
        path: 'api/v1/query',
        search: {
          from: String(Math.floor(scope.startAt / 1000)),
          to: String(Math.floor(scope.endAt / 1000)),
          query: text,
        },
        tellable: ['from', 'to', 'query'],
        read: readV1,
      },
    ],
  };
}

/** Kayenta takes `interval` for seconds, and every instant from `start` to `end` without a point for a gap. */
function readV1({ text }: OutboundAnswer): PageAnswer {
  const answer = readObject(text, 'the Datadog API');
  refuseErrors(text);
  const found = answer['series'];
  if (!Array.isArray(found)) throw wrongAnswer('without series');
  const series = found.map((one): RangeSeries => {
    const { start, end, interval, pointlist } = isRecord(one) ? one : {};
    const isWhole = [start, end, interval].every((part) => typeof part === 'number');
    if (!isWhole || !Array.isArray(pointlist)) {
      throw wrongAnswer('a series without start, end, interval or pointlist');
    }
    const stepMs = (interval as number) * 1000;
    const values = new Map(pointlist as [number, number | null][]);
    const points: RangeSeries['points'] = [];
    if (stepMs <= 0) throw wrongAnswer('a series whose interval is not above 0');
    for (let at = start as number; at <= (end as number); at += stepMs) {
      points.push([at, values.get(at) ?? NaN]);
    }
    return { tags: {}, points, stepMs };
  });
  if (series.length < 2) return { series, remarks: [] };
  const what = `Datadog answered ${series.length} series, which are not told apart in Kayenta's form: aggregate them in the query`;
  return { series, remarks: [{ kind: 'warning', text: what }] };
}

/** v1 tells errors in a 200. */
export function refuseErrors(body: string): void {
  const said = readErrors(body);
  if (said !== undefined) throw new Fault('source-refused', `an error: ${said}; correct the query`);
}

export function readErrors(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const { errors, error, status } = answer;
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('; ');
  }
  if (typeof error === 'string' && error !== '') return error;
  return status === 'error' ? 'without words' : undefined;
}
