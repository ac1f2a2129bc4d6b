import { Fault } from '../../errors.ts';
import { asJson } from '../asking/http-ask.ts';
import type { PageAnswer, Plan } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { seriesOfFrame } from '../grid/frames.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { bindTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { tellValues } from '../queries/tell-values.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest } from '../source.ts';

/** Rows are cut here without a word, whatever a query says; so many are asked for that a cut is seen. */
const MAX_ROWS = 10_000;

/** ES|QL: texts in `"`, names in backticks. */
export const ESQL: Dialect = {
  quotes: { '"': 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`//[^\n]*|/\*[^]*?\*/`,
  escape: () => ({ refused: 'is no part of a text of ES|QL' }),
};

/** Values are parameters; times and the step are our own numbers, which parameters cannot be everywhere. */
export function planEsql(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const { grid, remarks } = epochBucketsOf(scope); // BUCKET and DATE_TRUNC know no other
  const times = windowValues(grid);
  const own = new Map([
    ['start', `TO_DATETIME("${times.get('start')}")`],
    ['end', `TO_DATETIME("${times.get('end')}")`],
    ['step', `${times.get('step_ms')} milliseconds`],
  ]);
  const values = scopeValues(scope);
  const parameters = new Map<string, string>();
  const names = new Map([...values, ...own]);
  const text = bindTemplate(textField(query, 'esql') ?? '', ESQL, names, (name) => {
    const known = own.get(name);
    if (known !== undefined) return known;
    const parameter = `p_${name.replaceAll(/\W/g, '_')}`;
    parameters.set(parameter, values.get(name)!);
    return `?${parameter}`;
  });
  checkText(text);
  return {
    query: tellValues(text, parameters),
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'POST',
        path: '_query',
        search: { format: 'json' },
        tellable: [],
        ...asJson({
          query: `${text} | LIMIT ${MAX_ROWS}`,
          params: [...parameters].map(([name, value]) => ({ [name]: value })),
        }),
        read: ({ text: body }) => readTable(body),
      },
    ],
  };
}

function checkText(text: string): void {
  const bare = text.replaceAll(/"(?:\\[^]|[^"\\])*"|`[^`]*`/g, '""');
  if (!/^\s*(?:from|ts|row)\b/i.test(bare)) {
    throw new Fault('invalid-query', 'a query of ES|QL must begin with FROM');
  }
  if (!/\|\s*limit\b/i.test(bare)) return;
  throw new Fault(
    'invalid-query',
    `leave out LIMIT: ${MAX_ROWS} rows are asked for, all there are`,
  );
}

function readTable(body: string): PageAnswer {
  const { columns, values, is_partial: isPartial } = readObject(body, 'Elasticsearch');
  if (isPartial === true) {
    throw new Fault('source-unavailable', 'a part alone (is_partial)', { retryable: true });
  }
  if (!Array.isArray(columns) || !Array.isArray(values)) {
    throw wrongAnswer('a table without columns or values');
  }
  if (values.length >= MAX_ROWS) {
    const text = `${MAX_ROWS} rows, which are all it gives; group by longer steps or fewer fields`;
    throw new Fault('source-limit', text);
  }
  const names = columns.map((column) => (isRecord(column) ? String(column['name']) : ''));
  if (!values.every((row) => Array.isArray(row))) throw wrongAnswer('rows that are no lists');
  return { series: seriesOfFrame({ columns: names, rows: values }), remarks: [] };
}
