import { Fault } from '../../../errors.ts';
import type { PageAnswer, Plan } from '../../asking/http-source.ts';
import { describeText, isRecord, parseJson, wrongAnswer } from '../../asking/read-json.ts';
import { readNumber } from '../../grid/frames.ts';
import { gridOf } from '../../grid/grid.ts';
import type { RangeSeries } from '../../grid/range-series.ts';
import { textField } from '../../queries/query-fields.ts';
import type { SeriesRequest } from '../../source.ts';

/** Kayenta's query to one backend. */
export function planKayentaAtlas({ query, scope }: SeriesRequest): Plan {
  const text = `${textField(query, 'q') ?? ''},${filterOf(scope.scope, scope.parameters['type'] ?? 'cluster')}`;
  const grid = gridOf(scope);
  return {
    query: text,
    grid,
    place: ({ points, stepMs = grid.stepMs }, { startAt }) => ({
      startAt: points[0]?.[0] ?? startAt,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      {
        method: 'GET',
        path: 'api/v2/fetch',
        search: {
          q: text,
          s: String(scope.startAt),
          e: String(scope.endAt),
          step: `PT${scope.stepSeconds}S`,
        },
        tellable: ['q', 's', 'e', 'step'],
        read: ({ text: body }) => readFetch(body),
      },
    ],
  };
}

function filterOf(scope: string, type: string): string {
  if (type === 'query') return `:list,(,${scope},:cq,),:each`;
  if (type === 'cluster' || type === 'asg') return `:list,(,nf.${type},${scope},:eq,:cq,),:each`;
  throw new Fault('invalid-query', `Scope type '${type}' is unknown: scope=${scope}`);
}

/** One document a line, behind `data: `; the last one closes the answer, or some of it is missing. */
function readFetch(body: string): PageAnswer {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map((line) => parseJson(line.replace(/^[^:{]*: /, ''))).filter(isRecord);
  if (documents.length === 0 || documents.length < lines.length) {
    throw wrongAnswer(`no lines of JSON but ${describeText(body, 'Atlas')}`);
  }
  const failed = documents.find(({ type }) => type === 'error');
  if (failed !== undefined) {
    const said = typeof failed['message'] === 'string' ? failed['message'] : 'without words';
    const retryable = !said.includes('IllegalStateException');
    const code = retryable ? 'source-unavailable' : 'source-refused';
    throw new Fault(code, `an error: ${said}`, { retryable });
  }
  if (documents.at(-1)!['type'] !== 'close') {
    const text = "an answer that did not end in a 'close', so that some of it may be missing";
    throw new Fault('source-unavailable', text, { retryable: true });
  }
  const chunks = documents.filter(({ type }) => type === 'timeseries');
  const byId = Map.groupBy(chunks, ({ id }) => String(id));
  return { series: [...byId.values()].map(joinChunks), remarks: [] };
}

/** Chunks by their start, with gaps for what lies between them. */
function joinChunks(chunks: readonly Record<string, unknown>[]): RangeSeries {
  const { groupByKeys, tags, step } = chunks[0]!;
  if (typeof step !== 'number' || step <= 0) throw wrongAnswer('a timeseries without its step');
  const kept = Array.isArray(groupByKeys) ? groupByKeys : [];
  const labels = Object.entries(isRecord(tags) ? tags : {}).filter(([name]) => kept.includes(name));
  const known = new Map<number, number>();
  for (const { start, data } of chunks) {
    const values = isRecord(data) ? data['values'] : undefined;
    if (typeof start !== 'number' || !Array.isArray(values)) {
      throw wrongAnswer('a timeseries without start or values');
    }
    values.forEach((value, index) => known.set(start + index * step, readNumber(value, 'values')));
  }
  const times = [...known.keys()].sort((a, b) => a - b);
  const points: RangeSeries['points'] = [];
  for (let at = times[0] ?? 0; at <= (times.at(-1) ?? -1); at += step) {
    points.push([at, known.get(at) ?? NaN]);
  }
  return {
    tags: Object.fromEntries(labels.map(([name, value]) => [name, String(value)])),
    points,
    stepMs: step,
  };
}
