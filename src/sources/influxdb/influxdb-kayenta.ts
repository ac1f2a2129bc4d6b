import { Fault } from '../../errors.ts';
import type { OutboundAnswer } from '../../outbound/client.ts';
import type { PageAnswer, Plan } from '../asking/http-source.ts';
import { isRecord, wrongAnswer } from '../asking/read-json.ts';
import { readNumber, readTime } from '../grid/frames.ts';
import { gridOf } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { textField, textListField } from '../queries/query-fields.ts';
import type { SeriesRequest } from '../source.ts';
import { readResultList } from './influxdb-answer.ts';

/** Kayenta refuses these by their letters alone, wherever they stand. */
const BLOCKED =
  /SHOW (?:CONTINUOUS QUERIES|DATABASES|DIAGNOSTICS|FIELD|TAG|USERS|GRANTS|MEASUREMENT|QUERIES|RETENTION POLICIES|SERIES|SHARD|STATS|SUBSCRIPTIONS)|;|--/;

/** Kayenta's query: its own text without quotes, the database named like the config's metric. */
export function planKayentaInflux(request: SeriesRequest): Plan {
  const { scope, metric } = request;
  const text = textOf(request);
  return {
    query: text,
    grid: gridOf(scope),
    place: ({ points, stepMs }, grid) => ({
      startAt: points[0]?.[0] ?? grid.startAt,
      stepMs: stepMs ?? grid.stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      {
        method: 'GET',
        path: 'query',
        search: { db: metric, q: text },
        tellable: ['db', 'q'],
        read: readKayenta,
      },
    ],
  };
}

function textOf({ query, scope }: SeriesRequest): string {
  const time = `time >= '${instant(scope.startAt)}' AND time < '${instant(scope.endAt)}'`;
  const filter = scope.scope === '' ? undefined : filterOf(scope.scope);
  const template = textField(query, 'customInlineTemplate') ?? '';
  if (template === '') {
    const fields = textListField(query, 'fields');
    const selected = fields.length === 0 ? '*::field' : fields.join(', ');
    const where = filter === undefined ? time : `${time} AND ${filter}`;
    return checked(
      `SELECT ${selected} FROM ${textField(query, 'metricName') ?? ''} WHERE ${where}`,
    );
  }
  const plain = template.replaceAll('$\\{', '${');
  for (const name of ['timeFilter', 'scope']) {
    if (!plain.includes(`\${${name}}`)) throw invalid(`\${${name}} is required in query`);
  }
  return checked(
    plain
      .replaceAll('${timeFilter}', () => time)
      .replaceAll('${scope}', () => filter ?? '')
      .replaceAll('${step}', () => `${scope.stepSeconds}s`),
  );
}

function filterOf(scope: string): string {
  const parts = scope.split(':');
  if (parts.length === 2) return `${parts[0]} = '${parts[1]}'`;
  throw invalid(
    `Scope expected in the format of 'name:value'. e.g. autoscaling_group:myapp-prod-v002, received: ${scope}`,
  );
}

function checked(text: string): string {
  if (BLOCKED.test(text)) throw invalid('Query type not allowed.');
  return text;
}

function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** The first series alone; one for each column, nulls left out, the step that of its first two rows. */
function readKayenta({ text }: OutboundAnswer): PageAnswer {
  const [result] = readResultList(text);
  const listed = isRecord(result) ? (result['series'] ?? []) : [];
  if (!Array.isArray(listed)) throw wrongAnswer('results without series');
  const first: unknown = listed[0];
  if (first === undefined) return { series: [], remarks: [] };
  const { columns, values } = isRecord(first) ? first : {};
  if (!Array.isArray(columns) || !Array.isArray(values)) {
    throw wrongAnswer('a series without columns or values');
  }
  const rows = values as unknown[][];
  const times = rows.map((row) => readTime(row[0], 'time'));
  const [begin = 0, second] = times;
  const series = columns.slice(1).map((name, index): RangeSeries => {
    const column = String(name);
    const found = rows.map((row) => row[index + 1]).filter((value) => value !== null);
    const stepMs = second === undefined ? undefined : second - begin;
    // nulls are passed over, and what follows moves up
    const points = found.map((value, place): [number, number] => [
      begin + place * (stepMs ?? 0),
      readNumber(value, column),
    ]);
    return { tags: { field: column }, points, ...(stepMs === undefined ? {} : { stepMs }) };
  });
  return { series, remarks: [] };
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
