import type { OutboundAnswer, OutboundClient } from '../../outbound/client.ts';
import { asForm, createHttpAsk, type Connection, type HttpQuestion } from '../asking/http-ask.ts';
import type { Grid } from '../grid/grid.ts';
import type { RangeAnswer } from '../grid/range-series.ts';
import { readErrorText, readNames, readRangeAnswer } from './prometheus-answer.ts';

export interface RangeQuestion {
  /** Name of the metric in the config, for fault texts. */
  metric: string;
  query: string;
  grid: Grid;
  /** Asks VictoriaMetrics for these very instants, which it else rounds to fit its cache. */
  pastCache: boolean;
}

/** One attempt at one range query; every fault names account and metric, and holds no secret. */
export type AskRange = (question: RangeQuestion, signal: AbortSignal) => Promise<RangeAnswer>;

type Method = HttpQuestion['method'];

const RANGE = 'api/v1/query_range';
const NAMES = 'api/v1/label/__name__/values';
/** How far back metrics of a selector are looked for: large servers would search all that they ever had. */
const NAMES_SECONDS = 3600;

/** Answers that mean "not by POST": older versions and read-only proxies know only GET. */
const POST_UNKNOWN = new Set([404, 405, 501]);
/** Parameters of a range query; whatever else the account's address carries may be a secret. */
const TELLABLE = ['query', 'start', 'end', 'step'];

export interface PrometheusClient {
  ask: AskRange;
  /** Names of all metrics, or of those with a series of the last hour that fits the selector, by one attempt. */
  listMetrics(signal: AbortSignal, match?: string): Promise<string[]>;
  /** Whether the server says that it is healthy, by one attempt; the faults of a query if not. */
  probe(signal: AbortSignal): Promise<void>;
}

export function createPrometheusClient(
  connection: Connection,
  client: OutboundClient,
  now: () => number,
): PrometheusClient {
  const server = createHttpAsk(connection, client, now, { readError: readErrorText });
  let method: Method = 'POST';

  async function sendEitherWay(
    form: Record<string, string>,
    signal: AbortSignal,
  ): Promise<OutboundAnswer> {
    const answer = await server.send(rangeQuestion(method, form), signal);
    if (method === 'GET' || !POST_UNKNOWN.has(answer.status)) return answer;
    const second = await server.send(rangeQuestion('GET', form), signal);
    if (!POST_UNKNOWN.has(second.status)) method = 'GET';
    return second;
  }

  return {
    async ask({ metric, ...range }, signal) {
      const about = `for metric "${metric}"`;
      const answer = await server.exchange(
        { about, signal, question: () => ({ method, path: RANGE }) },
        () => sendEitherWay(rangeForm(range), signal),
        ({ text }) => readRangeAnswer(text),
      );
      const remarks = answer.remarks.map(({ kind, text }) => ({ kind, text: server.redact(text) }));
      return { ...answer, remarks };
    },
    listMetrics(signal, match) {
      const seconds = Math.floor(now() / 1000);
      const past = { start: String(seconds - NAMES_SECONDS), end: String(seconds) };
      const search = match === undefined ? {} : { 'match[]': match, ...past };
      return server.ask(
        { about: 'for its metric names', signal },
        { method: 'GET', path: NAMES, search },
        ({ text }) => readNames(text),
      );
    },
    probe: (signal) =>
      server.ask(
        { about: 'for its health', signal },
        { method: 'GET', path: '-/healthy' },
        () => undefined,
      ),
  };
}

function rangeQuestion(method: Method, form: Record<string, string>): HttpQuestion {
  if (method === 'POST') return { method, path: RANGE, tellable: [], ...asForm(form) };
  return { method, path: RANGE, search: form, tellable: TELLABLE };
}

function rangeForm({ query, grid, pastCache }: Omit<RangeQuestion, 'metric'>) {
  const { startAt, stepMs, count } = grid;
  return {
    query,
    start: String(startAt / 1000),
    end: String((startAt + (count - 1) * stepMs) / 1000),
    step: String(stepMs / 1000),
    ...(pastCache ? { nocache: '1' } : {}),
  };
}
