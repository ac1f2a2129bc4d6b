import { Fault } from '../../errors.ts';
import type { Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type Plan } from '../asking/http-source.ts';
import { isRecord, parseJson, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
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
  });

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
  const endAt = grid.startAt + grid.count * grid.stepMs;
  return {
    query: program,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid, label),
    questions: [
      {
        method: 'POST',
        path: 'v2/signalflow/execute',
        search: {
          start: String(grid.startAt),
          stop: String(endAt),
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
      },
    ],
  };
}
