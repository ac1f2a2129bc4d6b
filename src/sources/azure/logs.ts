import { Fault } from '../../errors.ts';
import type { NamesQuestion, Probe } from '../asking/account-questions.ts';
import { asJson, type HttpQuestion } from '../asking/http-ask.ts';
import type { PageAnswer, Plan } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { seriesOfFrame, type Frame } from '../grid/frames.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest } from '../source.ts';

/** KQL: both quotes know backslashes; texts between three backticks know no escape. */
export const KQL: Dialect = {
  quotes: { '"': 'string', "'": 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`//[^\n]*`,
  escape(value, { kind, quote }) {
    if (kind === 'raw') return { refused: 'stands between backticks, where no value may be' };
    if (kind === 'code') {
      if (/^(?!-)[\p{L}\p{N}_.:-]+$/u.test(value)) return value;
      return {
        refused: "stands outside of quotes, where only a plain word may be: write '${...}'",
      };
    }
    return value
      .replaceAll('\\', '\\\\')
      .replaceAll(quote, `\\${quote}`)
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', String.raw`\r`);
  },
};

export function planLogs(request: SeriesRequest, ofAccount: string | undefined): Plan {
  const { query, scope } = request;
  const workspace = textField(query, 'workspace') ?? ofAccount;
  if (workspace === undefined) {
    const text = 'a query of azure by kql needs a "workspace", or its account options.workspace';
    throw new Fault('invalid-query', text);
  }
  const grid = bucketsOf(scope);
  const times = windowValues(grid);
  const [start, end] = [times.get('start')!, times.get('end')!];
  const step = `${times.get('step_s')}s`;
  const values = new Map([
    ...scopeValues(scope),
    ['start', start] as const,
    ['end', end] as const,
    ['step', step] as const,
  ]);
  const template = textField(query, 'kql') ?? '';
  if (/@["']/.test(template)) {
    throw new Fault('invalid-query', 'a query of azure has no texts with @: write \\\\ for \\');
  }
  const text = fillTemplate(template, KQL, values);
  if (/;\s*\S/.test(text.replaceAll(/"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'/g, '""'))) {
    throw new Fault('invalid-query', 'a query of azure must be one statement: leave out the ";"');
  }
  return {
    query: text,
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        ...workspaceQuestion(workspace, { query: text, timespan: `${start}/${end}` }),
        read: ({ text: body }) => readTables(body),
      },
    ],
  };
}

function workspaceQuestion(workspace: string, document: object): HttpQuestion {
  const path = `v1/workspaces/${encodeURIComponent(workspace)}/query`;
  return { method: 'POST', path, tellable: [], ...withPreferences(asJson(document)) };
}

/** A row without any table. */
export function printQuestion(workspace: string): Probe {
  return {
    ...workspaceQuestion(workspace, { query: 'print one = 1' }),
    read: ({ text }) => void readTable(text),
  };
}

export function tablesQuestion(workspace: string): NamesQuestion {
  return {
    method: 'GET',
    path: `v1/workspaces/${encodeURIComponent(workspace)}/metadata`,
    tellable: [],
    read({ text }) {
      const { tables } = readObject(text, 'Azure Monitor');
      if (!Array.isArray(tables)) throw wrongAnswer('no tables');
      return { names: tables.filter(isRecord).map(({ name }) => String(name)) };
    },
  };
}

function withPreferences(sent: ReturnType<typeof asJson>): ReturnType<typeof asJson> {
  return { ...sent, headers: { ...sent.headers, prefer: 'wait=60' } };
}

function readTables(body: string): PageAnswer {
  return { series: seriesOfFrame(readTable(body)), remarks: [] };
}

function readTable(body: string): Frame {
  const { tables, error } = readObject(body, 'Azure Monitor');
  if (isRecord(error)) throw partial(error);
  const table: unknown = Array.isArray(tables) ? tables[0] : undefined;
  const { columns, rows } = isRecord(table) ? table : {};
  if (!Array.isArray(columns) || !Array.isArray(rows)) {
    throw wrongAnswer('no table with columns and rows');
  }
  if (!rows.every((row) => Array.isArray(row))) throw wrongAnswer('rows that are no lists');
  const names = columns.map((column) => (isRecord(column) ? String(column['name']) : ''));
  return { columns: names, rows };
}

/** An error beside a table says that the table is not whole. */
function partial(error: Record<string, unknown>): Fault {
  const told = JSON.stringify(error['message'] ?? error['code'] ?? 'without words');
  const isTooMuch = /limit|exceed|too (large|many)/i.test(JSON.stringify(error));
  return isTooMuch
    ? new Fault('source-limit', `a part alone: ${told}; summarize more`)
    : new Fault('source-unavailable', `a part alone: ${told}`, { retryable: true });
}
