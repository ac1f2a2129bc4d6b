import { Fault } from '../../../errors.ts';
import type { HttpAccount, PageAnswer, Plan } from '../../asking/http-source.ts';
import { isRecord } from '../../asking/read-json.ts';
import { gridOf, type Grid } from '../../grid/grid.ts';
import { expandCustomFilter } from '../../queries/kayenta-template.ts';
import { textField, wrongField } from '../../queries/query-fields.ts';
import type { SeriesRequest } from '../../source.ts';
import { readStream } from '../signalfx-stream.ts';
import { scopeFilters, textOption } from './scope-keys.ts';

type Options = HttpAccount['options'];

/** Kayenta's program, whose answer is one series on the times that were asked for. */
export function planKayentaSignalfx(request: SeriesRequest, options: Options): Plan {
  const { scope } = request;
  const pairs = pairsOf(request);
  const program =
    expandCustomFilter(request, ['scope', 'location']) || programOf(request, pairs, options);
  const grid = gridOf(scope);
  return {
    query: program,
    grid,
    place: ({ points }, { startAt, stepMs }) => ({
      startAt,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      {
        method: 'POST',
        path: 'v2/signalflow/execute',
        search: {
          start: String(scope.startAt),
          stop: String(scope.endAt),
          resolution: String(grid.stepMs),
          maxDelay: '0',
          immediate: 'true',
        },
        tellable: ['start', 'stop', 'resolution'],
        headers: { accept: 'text/event-stream', 'content-type': 'text/plain' },
        body: program,
        read: ({ text }) => readKayenta(text, Object.fromEntries(pairs), grid),
      },
    ],
  };
}

type Pair = [key: string, value: string];

function pairsOf({ query }: SeriesRequest): Pair[] {
  const pairs = query['queryPairs'] ?? [];
  if (!Array.isArray(pairs) || !pairs.every(isRecord))
    throw wrongField(query, 'queryPairs', 'a list of pairs');
  return pairs.map(({ key, value }) => [String(key), String(value)]);
}

function programOf(request: SeriesRequest, pairs: readonly Pair[], options: Options): string {
  const keys = {
    scopeKey: textOption(options, 'scopeKey'),
    locationKey: textOption(options, 'locationKey'),
  };
  const { scope, location, more } = scopeFilters(request, keys, 'SignalFx');
  const asked = [scope, ...(location === undefined ? [] : [location]), ...more];
  const filters = [
    ...pairs.map(filterOfPair),
    ...asked.map(([key, value]) => `filter('${key}', '${value}')`),
  ].join(' and ');
  const by = [...more, ...(location === undefined ? [] : [location]), scope]
    .map(([key]) => `'${key}'`)
    .join(', ');
  const method = textField(request.query, 'aggregationMethod') ?? 'mean';
  const name = textField(request.query, 'metricName') ?? '';
  return `data('${name}', filter=${filters}).${method}(by=[${by}]).publish()`;
}

function filterOfPair([key, value]: Pair): string {
  const values = value
    .split(',')
    .map((one) => `'${one.trim()}'`)
    .join(',');
  return key.startsWith('!')
    ? `(not filter('${key.slice(1)}', ${values}))`
    : `filter('${key}', ${values})`;
}

/** Its users search for these words. */
const SEVERAL =
  'There was more than one value for a given timestamp, a SignalFlow stream method that can aggregate should have been applied to the data in the SignalFlow program';

function readKayenta(
  body: string,
  tags: Record<string, string>,
  { startAt, stepMs }: Grid,
): PageAnswer {
  const { data } = readStream(body);
  if (data.some(({ values }) => values.length > 1)) throw new Fault('source-refused', SEVERAL);
  const points = data.map(({ values }, index): [number, number] => [
    startAt + index * stepMs,
    values[0]?.value ?? NaN,
  ]);
  return { series: points.length === 0 ? [] : [{ tags, points }], remarks: [] };
}
