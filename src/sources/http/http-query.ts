import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { asJson, type HttpQuestion } from '../asking/http-ask.ts';
import { isRecord } from '../asking/read-json.ts';
import type { Grid } from '../grid/grid.ts';
import { fillLeaf, fillTree } from '../queries/fill-tree.ts';
import { recordField, textField, wrongField } from '../queries/query-fields.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest } from '../source.ts';

/** A value is one part of a path, or of one: nothing in it can end that part. */
export const PATH: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) => encodeURIComponent(value.toWellFormed()),
};

/** What is asked, with all values filled in. */
export interface HttpQuery {
  method: 'GET' | 'POST';
  path: string;
  search: Record<string, string>;
  body: Record<string, unknown> | undefined;
}

/** Fills the templates of a query; faults are `invalid-query`. */
export function fillHttpQuery({ query, scope }: SeriesRequest, grid: Grid): HttpQuery {
  const times = windowValues(grid);
  const numbers = new Set([...times.keys()].filter((name) => name.includes('_')));
  const values = new Map([...scopeValues(scope), ...times]);
  const body = query['body'] === undefined ? undefined : recordField(query, 'body');
  const method = textField(query, 'method') ?? (body === undefined ? 'GET' : 'POST');
  if (method !== 'GET' && method !== 'POST') throw wrongField(query, 'method', 'GET or POST');
  if (method === 'GET' && body !== undefined) {
    throw new Fault('invalid-query', 'a GET of source http has no "body": use POST or "search"');
  }
  return {
    method,
    path: pathOf(query, values),
    search: Object.fromEntries(
      Object.entries(query['search'] === undefined ? {} : recordField(query, 'search')).map(
        ([name, text]) => [name, fillLeaf(String(text), values)],
      ),
    ),
    body: body && (fillTree(body, values, { numbers }) as Record<string, unknown>),
  };
}

/** Below the url of the account, from where no `..` may lead out, and no host of its own. */
function pathOf(query: SourceQuery, values: ReadonlyMap<string, string>): string {
  const path = fillTemplate(textField(query, 'path') ?? '', PATH, values).replace(/^\//, '');
  const parts = path.split(/[/\\]/).map((part) => part.replaceAll(/%2e/gi, '.'));
  const isBelow = !parts.some((part) => part === '.' || part === '..') && !/[?#\\]/.test(path);
  if (isBelow) return path;
  const text = `path "${path}" of an http query must be one below the account's url, without . or .. and without ? or #; parameters belong into "search"`;
  throw new Fault('invalid-query', text);
}

/** For people to read: what is asked, without what the account adds. */
export function tellHttpQuery({ method, path, search, body }: HttpQuery): string {
  const parameters = new URLSearchParams(search).toString();
  const address = parameters === '' ? path : `${path}?${parameters}`;
  return [`${method} /${address}`, ...(body === undefined ? [] : [JSON.stringify(body)])].join(
    '\n',
  );
}

export function httpQuestionOf({ method, path, search, body }: HttpQuery): HttpQuestion {
  return { method, path, search, ...(body === undefined ? {} : asJson(body)), tellable: [] };
}

/** The same with the cursor of the next page at `into`: `search.cursor`, `body.page.after`. */
export function withCursor(query: HttpQuery, into: string, cursor: string | number): HttpQuery {
  const [place, ...keys] = into.split('.');
  if (place === 'search') {
    return { ...query, search: { ...query.search, [keys.join('.')]: String(cursor) } };
  }
  return { ...query, body: put(query.body ?? {}, keys, cursor) };
}

function put(tree: Record<string, unknown>, [key, ...rest]: string[], value: unknown) {
  const inner = tree[key!];
  const next: unknown = rest.length === 0 ? value : put(isRecord(inner) ? inner : {}, rest, value);
  return { ...tree, [key!]: next };
}
