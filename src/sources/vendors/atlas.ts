import { namesIn, type NamesQuestion } from '../asking/account-questions.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type Vendor,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readList, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets, refuseCoarser } from '../grid/bucket-grid.ts';
import { readNumber } from '../grid/frames.ts';
import type { Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { createAtlasFleet } from './atlas-fleet.ts';
import { planKayentaAtlas } from './kayenta/atlas.ts';

/** Atlas by its graph API; Kayenta-shaped queries by its fetch API, of the account's server or of one on its list. */
export const createAtlasSource: CreateSource = (account, dependencies) => {
  const vendor: Vendor = {
    kind: 'atlas',
    manners: MANNERS,
    plan: (request) =>
      request.query['expr'] === undefined ? planKayentaAtlas(request) : planNative(request),
    probe: () => namesQuestion({ limit: '1' }),
    names: { question: () => namesQuestion({ limit: String(NAMES_PAGE) }) },
  };
  const create = account.options?.['backends'] === true ? createAtlasFleet : createHttpSource;
  return create(account, dependencies, vendor);
};

const NAMES_PAGE = 10_000;

/** Values of the tag `name`, in their order; a page begins behind the last one of the page before it. */
function namesQuestion(search: { limit: string; offset?: string }): NamesQuestion {
  return {
    method: 'GET',
    path: 'api/v1/tags/name',
    search: { ...search },
    tellable: Object.keys(search),
    read({ text }) {
      const names = namesIn(readList(text, 'Atlas'), 'list');
      const last = names.at(-1);
      const isLast = names.length < Number(search.limit) || last === search.offset;
      if (isLast || last === undefined) return { names };
      return { names, next: namesQuestion({ ...search, offset: last }) };
    },
  };
}

const MANNERS: Manners = {
  readError(body) {
    const answer = parseJson(body);
    const message = isRecord(answer) ? answer['message'] : undefined;
    return typeof message === 'string' ? message : undefined;
  },
};

/** A word of the stack language: it has no quotes, so what ends a word, or is an operator, is refused. */
const WORD = /^(?!:)[\p{L}\p{N}_.:/-]+$/u;

export const ATLAS: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) =>
    WORD.test(value)
      ? value
      : { refused: 'is no word of a stack: only letters, digits and _ . : / - may be in one' },
};

function planNative({ query, scope }: SeriesRequest): Plan {
  const { grid, remarks } = epochBucketsOf(scope);
  const text = fillTemplate(textField(query, 'expr') ?? '', ATLAS, scopeValues(scope));
  const { startAt, stepMs, count } = grid;
  return {
    query: text,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'GET',
        path: 'api/v1/graph',
        search: {
          q: text,
          s: String(startAt),
          e: String(startAt + count * stepMs), // is no part of it
          step: `${stepMs / 1000}s`,
          format: 'json',
        },
        tellable: ['q', 's', 'e', 'step', 'format'],
        read: ({ text: body }) => readGraph(body, grid),
      },
    ],
  };
}

/** `values[i][j]` is the value of series j at `start + i * step`; NaN may be a text. */
function readGraph(body: string, grid: Grid): PageAnswer {
  const { start, step, metrics, values } = readObject(body, 'Atlas');
  const isWhole = typeof start === 'number' && typeof step === 'number';
  if (!isWhole || !Array.isArray(metrics) || !Array.isArray(values)) {
    throw wrongAnswer('a graph without start, step, metrics or values');
  }
  refuseCoarser(
    values.map((_, index) => start + index * step),
    grid,
  );
  const series = metrics.map((tags: unknown, index): RangeSeries => {
    const points = values.map((row: unknown, place): [number, number] => {
      if (!Array.isArray(row) || row.length !== metrics.length) {
        throw wrongAnswer('a row that has not one value for each series');
      }
      return [start + place * step, readNumber(row[index], 'values')];
    });
    return {
      tags: Object.fromEntries(
        Object.entries(isRecord(tags) ? tags : {}).map(([name, value]) => [name, String(value)]),
      ),
      points: points.filter(([, value]) => !Number.isNaN(value)),
    };
  });
  return { series: series.filter(({ points }) => points.length > 0), remarks: [] };
}
