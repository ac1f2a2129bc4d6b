import { Fault } from '../../errors.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, wrongAnswer, describeText } from '../asking/read-json.ts';
import { bucketsOf, epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import { placeOnGrid } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { recordField, textField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';
import {
  fillHttpQuery,
  httpQuestionOf,
  tellHttpQuery,
  withCursor,
  type HttpQuery,
} from './http-query.ts';
import { selectJson, checkJsonPath } from './json-select.ts';
import { readPlaces, seriesOfJson, type Places } from './json-series.ts';

/** Any API that answers JSON: the query says how it is asked, and where in the answer times, values and labels stand. */
export const createHttpJsonSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'http',
    manners: MANNERS,
    plan: planHttp,
    probe: () => ({
      method: 'GET',
      path: '',
      // the root of an API may be anything but a page that asks for a login
      read({ text }) {
        if (/^\s*</.test(text)) throw wrongAnswer(describeText(text, 'that API'));
      },
    }),
  });

const MANNERS: Manners = { readError };

interface Wanted {
  query: HttpQuery;
  places: Places;
  /** Where an error is told inside of a good answer. */
  errorAt: string | undefined;
  next: { at: string; into: string } | undefined;
}

function planHttp(request: SeriesRequest): Plan {
  const { query } = request;
  const { grid, place, remarks } = gridFor(request);
  const wanted: Wanted = {
    query: fillHttpQuery(request, grid),
    places: readPlaces(query),
    errorAt: textField(query, 'errorAt'),
    next: query['next'] === undefined ? undefined : nextOf(recordField(query, 'next')),
  };
  if (wanted.errorAt !== undefined) checkJsonPath(wanted.errorAt, 'errorAt');
  return {
    query: tellHttpQuery(wanted.query),
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }) => place(points),
    questions: [questionOf(wanted, [])],
  };
}

type PlaceOn = (points: Parameters<typeof placeBuckets>[0]) => number[];

/** What the times of an answer name decides the grid: starts or ends of buckets, or instants. */
function gridFor({ query, scope }: SeriesRequest): {
  grid: Grid;
  place: PlaceOn;
  remarks: SourceRemark[];
} {
  const times = textField(query, 'timesAre') ?? 'starts';
  const align = textField(query, 'align') ?? 'start';
  if (align !== 'start' && align !== 'epoch') throw wrongField(query, 'align', 'start or epoch');
  if (times === 'instants') {
    const grid = gridOf(scope);
    return { grid, place: (points) => placeOnGrid(points, grid), remarks: [] };
  }
  if (times !== 'starts' && times !== 'ends') {
    throw wrongField(query, 'timesAre', 'starts, ends or instants');
  }
  const { grid, remarks } =
    align === 'epoch' ? epochBucketsOf(scope) : { grid: bucketsOf(scope), remarks: [] };
  const label = times === 'starts' ? 'start' : 'end';
  return { grid, remarks, place: (points) => placeBuckets(points, grid, label) };
}

function nextOf({ at, into }: Record<string, unknown>): { at: string; into: string } {
  if (typeof at !== 'string' || typeof into !== 'string' || !/^(search|body)\../.test(into)) {
    const text =
      'field "next" of an http query needs "at", a path, and "into", search.NAME or body.NAME';
    throw new Fault('invalid-query', text);
  }
  checkJsonPath(at, 'next.at');
  return { at, into };
}

function questionOf(wanted: Wanted, cursors: readonly unknown[]): PlannedQuestion {
  return {
    ...httpQuestionOf(wanted.query),
    read: ({ text }) => readPage(text, wanted, cursors),
  };
}

function readPage(body: string, wanted: Wanted, cursors: readonly unknown[]): PageAnswer {
  const document = parseJson(body);
  if (document === undefined) throw wrongAnswer(`not JSON but ${describeText(body, 'that API')}`);
  if (typeof document !== 'object' || document === null) throw wrongAnswer('no object and no list');
  const { errorAt, next, places, query } = wanted;
  const told = errorAt === undefined ? undefined : selectJson(document, errorAt).find(isTold);
  if (told !== undefined) {
    const words = typeof told === 'string' ? told : JSON.stringify(told);
    throw new Fault('source-refused', `an error: ${words}; correct the query`);
  }
  const series = seriesOfJson(document, places);
  const cursor = next === undefined ? undefined : selectJson(document, next.at).find(isTold);
  if (next === undefined || cursor === undefined) return { series, remarks: [] };
  if (typeof cursor !== 'string' && typeof cursor !== 'number') {
    throw wrongAnswer(`a cursor at ${next.at} that is no text and no number`);
  }
  if (cursors.includes(cursor)) throw wrongAnswer('the same cursor for two pages');
  const following = { ...wanted, query: withCursor(query, next.into, cursor) };
  return { series, remarks: [], next: questionOf(following, [...cursors, cursor]) };
}

/** Many an API writes `"error": null`, `""` or `false` for none. */
function isTold(value: unknown): boolean {
  return value !== null && value !== '' && value !== false;
}

/** The words of a refusal where most APIs have them, or its text. */
function readError(body: string): string | undefined {
  const answer = parseJson(body);
  if (answer === undefined) {
    return /^\s*</.test(body) ? undefined : body.trim().slice(0, 2000) || undefined;
  }
  if (!isRecord(answer)) return undefined;
  const { error, errors, message, detail, title } = answer;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return [error, message, detail, first, title].map(wordsOf).find((words) => words !== undefined);
}

function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (!isRecord(value)) return undefined;
  return [value['message'], value['reason'], value['detail']].find(
    (words) => typeof words === 'string',
  );
}
