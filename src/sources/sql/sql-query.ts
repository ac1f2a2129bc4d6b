import { Fault } from '../../errors.ts';
import type { Scope } from '../../model/scope.ts';
import { textField, textListField, wrongField } from '../queries/query-fields.ts';
import { bindTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { tellValues } from '../queries/tell-values.ts';
import type { SeriesRequest } from '../source.ts';

/** One value of a query, and what it is. */
export type SqlValue = { name: string } & (
  | { type: 'text'; value: string }
  /** Epoch milliseconds of a time, milliseconds of a step. */
  | { type: 'time' | 'step' | 'number'; value: number }
);

/** How one database writes the parameter that is the `index`th of its text, from 1, and what is sent for it. */
export interface SqlManner {
  dialect: Dialect;
  write(value: SqlValue, index: number): string;
}

export interface SqlText {
  text: string;
  /** In the order in which they were written; one that is written twice is there twice. */
  values: SqlValue[];
}

/** Standard strings: a quote in one is doubled, and a backslash is a letter. */
export const STANDARD_SQL: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: `''|""`,
  comments: String.raw`--[^\n]*|/\*[^]*?\*/`,
  escape: () => ({ refused: 'is no part of a text of SQL' }),
};

/** MySQL and ClickHouse: a backslash hides what follows it, names stand in backticks. */
export const BACKSLASH_SQL: Dialect = {
  ...STANDARD_SQL,
  quotes: { "'": 'string', '"': 'string', '`': 'raw' },
  escapes: String.raw`\\[^]|''|""`,
  comments: String.raw`--[^\n]*|#[^\n]*|/\*[^]*?\*/`,
};

/** What reads and cannot write; a `WITH` that writes is stopped by the transaction. */
const READS = /^\s*\(*\s*(?:select|with|values|table)\b/i;

/**
 * The text of a query with a parameter in the place of each value: nothing a scope holds is ever part of it. Faults
 * are `invalid-query`.
 */
export function buildSql(request: SeriesRequest, manner: SqlManner): SqlText {
  const template = textField(request.query, 'sql');
  if (template === undefined) throw wrongField(request.query, 'sql', 'a text');
  const known = valuesOf(request.scope);
  const values: SqlValue[] = [];
  const text = bindTemplate(template, manner.dialect, known, (name) => {
    values.push(known.get(name)!);
    return manner.write(known.get(name)!, values.length);
  });
  const bare = text.trim().replace(/(?:\s*;)+$/, '');
  if (READS.test(bare)) return { text: bare, values };
  throw new Fault('invalid-query', 'a query of source sql must begin with SELECT or WITH');
}

/** For people to read, and to tell both sides apart: the text with the values of the scope. */
export function tellSql({ text, values }: SqlText): string {
  return tellValues(
    text,
    values.flatMap((one) => (one.type === 'text' ? [[one.name, one.value] as const] : [])),
  );
}

/** The columns that hold values; the others beside `time` are labels. */
export function valueColumns({ query }: SeriesRequest): readonly string[] {
  const columns = textListField(query, 'values');
  return columns.length === 0 ? ['value'] : columns;
}

function valuesOf(scope: Scope): Map<string, SqlValue> {
  const { startAt, endAt, stepSeconds } = scope;
  const stepMs = Math.round(stepSeconds * 1000);
  const texts = [...scopeValues(scope)].map(([name, value]): SqlValue => ({
    name,
    type: 'text',
    value,
  }));
  const own: SqlValue[] = [
    { name: 'start', type: 'time', value: startAt },
    { name: 'end', type: 'time', value: endAt },
    { name: 'step', type: 'step', value: stepMs },
    { name: 'start_ms', type: 'number', value: startAt },
    { name: 'end_ms', type: 'number', value: endAt },
    { name: 'start_s', type: 'number', value: startAt / 1000 },
    { name: 'end_s', type: 'number', value: endAt / 1000 },
    { name: 'step_s', type: 'number', value: stepMs / 1000 },
  ];
  return new Map([...texts, ...own].map((value) => [value.name, value]));
}
