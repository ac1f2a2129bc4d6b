import { Fault } from '../../errors.ts';
import type { NamesQuestion } from '../asking/account-questions.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import type { Grid } from '../grid/grid.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { planKayentaSignalfx } from './kayenta/signalfx.ts';
import { readStream, seriesOfStream } from './signalfx-stream.ts';

/** Splunk Observability (SignalFx) by SignalFlow; Kayenta-shaped queries as Kayenta sends them. */
export const createSignalfxSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'signalfx',
    manners: MANNERS,
    plan: (request) =>
      request.query['signalflow'] === undefined
        ? planKayentaSignalfx(request, account.options)
        : planNative(request, account.options?.['label'] === 'end' ? 'end' : 'start'),
    // a program that reads no metric; a token may be good for other APIs alone
    probe: (now) => {
      const endAt = Math.floor(now / 60_000) * 60_000;
      return jobQuestion('const(1).publish()', {
        startAt: endAt - 60_000,
        stepMs: 60_000,
        count: 1,
      });
    },
    names: {
      url: (url) => url.replace('://stream.', '://api.'),
      question: () => metricsQuestion(0),
    },
  });

const NAMES_PAGE = 1000;

/** The catalogue of metrics, which is at the API of the realm and not at its streams. */
function metricsQuestion(offset: number): NamesQuestion {
  const search = { query: 'name:*', limit: String(NAMES_PAGE), offset: String(offset) };
  return {
    method: 'GET',
    path: 'v2/metric',
    search,
    tellable: Object.keys(search),
    read({ text }) {
      const { results } = readObject(text, 'the API of SignalFx');
      if (!Array.isArray(results)) throw wrongAnswer('no results');
      const names = results.filter(isRecord).map(({ name }) => String(name));
      const following = offset + results.length;
      if (results.length < NAMES_PAGE || following >= MOST_NAMES) return { names };
      return { names, next: metricsQuestion(following) };
    },
  };
}

/** Its catalogue answers no offsets from here on. */
const MOST_NAMES = 10_000;

const MANNERS: Manners = {
  readError(body) {
    const answer = parseJson(body);
    const { message, errorType } = isRecord(answer) ? answer : {};
    const words = [errorType, message].filter((part) => typeof part === 'string');
    return words.length === 0 ? undefined : words.join(': ');
  },
  remedies: {
    401: "; check the account's X-SF-TOKEN, and that its url is the stream of its realm",
    403: "; check the account's X-SF-TOKEN (an access token with the right API), and that its url is the stream of its realm",
  },
};

/** Strings as in Python; `filter()` takes a `*` in them for anything. */
export const SIGNALFLOW: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`#[^\n]*`,
  escape(value, { kind, quote }) {
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?$/.test(value)) return value;
      return { refused: "stands outside of quotes, where only a number may be: write '${...}'" };
    }
    if (value.includes('*')) return { refused: 'has a *, which a filter takes for anything' };
    if (/[\r\n]/.test(value)) return { refused: 'has a line break' };
    return value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  },
};

function planNative({ query, scope }: SeriesRequest, label: 'start' | 'end'): Plan {
  const { grid, remarks } = epochBucketsOf(scope);
  const values = scopeValues(scope);
  values.set('step', String(grid.stepMs / 1000));
  const program = fillTemplate(textField(query, 'signalflow') ?? '', SIGNALFLOW, values);
  if (!/\.publish\s*\(/.test(program)) {
    throw new Fault(
      'invalid-query',
      '"signalflow" must end with .publish(), or it answers nothing',
    );
  }
  return {
    query: program,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid, label),
    questions: [jobQuestion(program, grid)],
  };
}

function jobQuestion(program: string, grid: Grid): PlannedQuestion {
  return {
    method: 'POST',
    path: 'v2/signalflow/execute',
    search: {
      start: String(grid.startAt),
      stop: String(grid.startAt + grid.count * grid.stepMs),
      resolution: String(grid.stepMs),
      immediate: 'true',
    },
    tellable: ['start', 'stop', 'resolution'],
    headers: { accept: 'text/event-stream', 'content-type': 'text/plain' },
    body: program,
    read: ({ text }): PageAnswer => {
      const stream = readStream(text);
      const { resolutionMs } = stream;
      if (resolutionMs !== undefined && resolutionMs !== grid.stepMs) {
        const told = `every ${resolutionMs / 1000}s, asked for ${grid.stepMs / 1000}s`;
        throw wrongAnswer(`${told}; shorten the window or lengthen the step`);
      }
      return { series: seriesOfStream(stream), remarks: [] };
    },
  };
}
