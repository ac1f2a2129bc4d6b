import { Fault, toFault, type FaultCode } from '../errors.ts';
import type { OutboundAnswer, OutboundClient } from '../outbound/client.ts';
import type { TlsOptions } from '../outbound/guarded-connector.ts';
import { createRedactor } from '../outbound/redact.ts';
import { tellAddress } from '../outbound/tell-address.ts';
import { parseRetryAfter } from './attempts.ts';
import type { Grid } from './grid.ts';
import {
  readErrorText,
  readNames,
  readRangeAnswer,
  type RangeAnswer,
} from './prometheus-answer.ts';
import { createTurns } from './turns.ts';

/** How to reach and ask one Prometheus. Secrets are the resolved texts. */
export interface PrometheusConnection {
  name: string;
  /** Base url; a path is kept, a user name and password become basic authentication. */
  url: string;
  bearerToken?: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  tls?: TlsOptions;
  /** For one attempt. */
  timeoutMs: number;
  maxAnswerBytes: number;
}

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

type Method = 'POST' | 'GET';

const NAMES = 'api/v1/label/__name__/values';
/** How far back metrics of a selector are looked for: large servers would search all that they ever had. */
const NAMES_SECONDS = 3600;

/** Shorter values of an address are words such as a tenant, which messages may well contain. */
const SECRET_LENGTH = 8;

/** Of the words of a refusal; cut after secrets are hidden, of which half would else remain. */
const MAX_TOLD_LENGTH = 500;

/** Answers that mean "not by POST": older versions and read-only proxies know only GET. */
const POST_UNKNOWN = new Set([404, 405, 501]);
const RETRYABLE = new Set([408, 429]);
/** What to do about a refusal, where its status says it. */
const REMEDIES: Record<number, string> = {
  400: '; correct the query',
  401: "; check the account's credentials",
  403: "; check what the account's credentials may read",
  404: "; check the account's url",
  422: '; correct the query',
};
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
  connection: PrometheusConnection,
  client: OutboundClient,
  now: () => number,
): PrometheusClient {
  const { endpoint, headers, secrets } = prepare(connection);
  const redact = createRedactor(secrets);
  const subject = `source "${connection.name}"`;
  const inTurn = createTurns();
  let method: Method = 'POST';

  function send(by: Method, form: string, signal: AbortSignal): Promise<OutboundAnswer> {
    const { tls, timeoutMs, maxAnswerBytes } = connection;
    return client.request({
      ...carry(by, endpoint, headers, form),
      signal,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      tellable: by === 'GET' ? TELLABLE : [],
      ...(tls === undefined ? {} : { tls }),
    });
  }

  async function sendEitherWay(form: string, signal: AbortSignal): Promise<OutboundAnswer> {
    const answer = await send(method, form, signal);
    if (method === 'GET' || !POST_UNKNOWN.has(answer.status)) return answer;
    const second = await send('GET', form, signal);
    if (!POST_UNKNOWN.has(second.status)) method = 'GET';
    return second;
  }

  /** Another path of the same server, below the base url. */
  function sendTo(
    path: string,
    signal: AbortSignal,
    form: Record<string, string> = {},
  ): Promise<OutboundAnswer> {
    const { tls, timeoutMs, maxAnswerBytes } = connection;
    const url = new URL(endpoint);
    for (const [name, value] of Object.entries(form)) url.searchParams.set(name, value);
    url.pathname = url.pathname.replace(/api\/v1\/query_range$/, path);
    return client.request({
      method: 'GET',
      url: url.href,
      headers,
      signal,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      ...(tls === undefined ? {} : { tls }),
    });
  }

  async function exchange<T>(
    { about, signal }: { about: string; signal: AbortSignal },
    send: () => Promise<OutboundAnswer>,
    read: (body: string) => T,
  ): Promise<T> {
    try {
      const answer = await send();
      if (answer.status < 200 || answer.status > 299) throw refusal(answer, about);
      if (answer.truncated) throw tooLarge(answer, about);
      return await inTurn(() => readAnswer(answer, about, read));
    } catch (thrown) {
      if (signal.aborted) throw unanswered(thrown, about);
      throw outboundFault(thrown, about);
    }
  }

  return {
    async ask({ metric, ...range }, signal) {
      const about = `for metric "${metric}"`;
      const send = () => sendEitherWay(rangeForm(range), signal);
      const answer = await exchange({ about, signal }, send, readRangeAnswer);
      const remarks = answer.remarks.map(({ kind, text }) => ({
        kind,
        text: redact(text),
      }));
      return { ...answer, remarks };
    },
    listMetrics(signal, match) {
      const seconds = Math.floor(now() / 1000);
      const past = { start: String(seconds - NAMES_SECONDS), end: String(seconds) };
      const form = match === undefined ? {} : { 'match[]': match, ...past };
      const send = () => sendTo(NAMES, signal, form);
      return exchange({ about: 'for its metric names', signal }, send, readNames);
    },
    probe: (signal) =>
      exchange(
        { about: 'for its health', signal },
        () => sendTo('-/healthy', signal),
        () => {},
      ),
  };

  function refusal({ status, headers, text, http }: OutboundAnswer, about: string): Fault {
    const said = readErrorText(text);
    const why =
      status >= 300 && status < 400 ? ': redirects are not followed, correct its url' : '';
    const words = said === undefined ? why : `: ${redact(said).slice(0, MAX_TOLD_LENGTH)}`;
    const retryable = status >= 500 || RETRYABLE.has(status);
    const code: FaultCode = retryable ? 'source-unavailable' : 'source-refused';
    const retryAfterMs = parseRetryAfter(headers['retry-after'], now());
    const remedy = REMEDIES[status] ?? '';
    return new Fault(code, `${subject} answered ${status} ${about}${words}${remedy}`, {
      subject,
      retryable,
      http,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  function tooLarge({ http }: OutboundAnswer, about: string): Fault {
    const limit = connection.maxAnswerBytes;
    const text = `${subject} answered more than ${limit} bytes ${about}; ask for fewer series or points`;
    return new Fault('source-limit', text, { subject, http });
  }

  function readAnswer<T>(
    { text, http }: OutboundAnswer,
    about: string,
    read: (body: string) => T,
  ): T {
    try {
      return read(text);
    } catch (thrown) {
      const why = redact(toFault(thrown).message);
      throw new Fault('source-answer', `${subject} answered ${why} ${about}`, { subject, http });
    }
  }

  /** Who was being waited for when the time was over. */
  function unanswered(cause: unknown, about: string): Fault {
    const http = { method, url: tellAddress(endpoint.href, []) };
    const text = `${subject} had not answered ${about}`;
    return new Fault('source-unavailable', text, { subject, retryable: true, http, cause });
  }

  /** The client's faults do not know whom they were sent for. */
  function outboundFault(thrown: unknown, about: string): Fault {
    const fault = toFault(thrown);
    if (fault.subject === subject) return fault;
    const { code, message, retryable } = fault;
    const text = `${subject} could not be asked ${about}: ${message}`;
    return new Fault(code, text, { subject, retryable, cause: thrown });
  }
}

function carry(
  method: Method,
  endpoint: URL,
  headers: Record<string, string>,
  form: string,
): { method: Method; url: string; headers: Record<string, string>; body?: string } {
  if (method === 'POST') {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method, url: endpoint.href, headers: { ...headers, ...type }, body: form };
  }
  const url = `${endpoint.href}${endpoint.search === '' ? '?' : '&'}${form}`;
  return { method, url, headers };
}

function rangeForm({ query, grid, pastCache }: Omit<RangeQuestion, 'metric'>): string {
  const { startAt, stepMs, count } = grid;
  return new URLSearchParams({
    query,
    start: String(startAt / 1000),
    end: String((startAt + (count - 1) * stepMs) / 1000),
    step: String(stepMs / 1000),
    ...(pastCache ? { nocache: '1' } : {}),
  }).toString();
}

/** The address of range queries, the headers of each request, and what must never be shown. */
function prepare(connection: PrometheusConnection): {
  endpoint: URL;
  headers: Record<string, string>;
  secrets: string[];
} {
  const endpoint = URL.parse(connection.url);
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol)) {
    const text = `url of source "${connection.name}" is no http:// or https:// url`;
    throw new Fault('bad-configuration', text, { subject: `source "${connection.name}"` });
  }
  const username = connection.username ?? decodeURIComponent(endpoint.username);
  const password = connection.password ?? decodeURIComponent(endpoint.password);
  endpoint.username = '';
  endpoint.password = '';
  endpoint.hash = '';
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, '')}/api/v1/query_range`;
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization =
    connection.bearerToken !== undefined
      ? { authorization: `Bearer ${connection.bearerToken}` }
      : username !== '' || password !== ''
        ? { authorization: `Basic ${basic}` }
        : {};
  const secrets = [
    connection.bearerToken,
    password,
    basic,
    ...Object.values(connection.headers ?? {}).flatMap(partsOfHeader),
    ...[...endpoint.searchParams.values()].filter(({ length }) => length >= SECRET_LENGTH),
  ];
  return {
    endpoint,
    headers: { accept: 'application/json', ...authorization, ...connection.headers },
    secrets: secrets.filter((secret): secret is string => secret !== undefined && secret !== ''),
  };
}

/** A header such as `Bearer TOKEN` may be repeated as the token alone. */
function partsOfHeader(value: string): string[] {
  return [value, ...value.split(' ').filter(({ length }) => length >= SECRET_LENGTH)];
}
