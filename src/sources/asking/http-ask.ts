import { Fault, toFault, type FaultCode } from '../../errors.ts';
import type { OutboundAnswer, OutboundClient } from '../../outbound/client.ts';
import type { TlsOptions } from '../../outbound/guarded-agent.ts';
import { createRedactor } from '../../outbound/redact.ts';
import { tellAddress } from '../../outbound/tell-address.ts';
import { parseRetryAfter } from './attempts.ts';
import { prepareLogin, type Login } from './login.ts';
import { createSigner } from '../logins/signer.ts';
import { createTurns } from './turns.ts';

/** How to reach one server. */
export interface Connection extends Login {
  name: string;
  /** Base url; a path and a query are kept, a user name and password become basic authentication. */
  url: string;
  tls?: TlsOptions | undefined;
  /** For one attempt. */
  timeoutMs: number;
  maxAnswerBytes: number;
}

export const CONNECTION_DEFAULTS = { timeoutMs: 30_000, maxAnswerBytes: 32 * 1024 * 1024 };

export interface HttpQuestion {
  method: 'GET' | 'POST';
  /** Below the base url, without a slash in front. */
  path: string;
  /** Query of the address; lists are repeated. */
  search?: Readonly<Record<string, string | readonly string[]>>;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Names in `search` whose values anybody may read; no other part of it is told. */
  tellable?: readonly string[];
}

/** How one vendor refuses. */
export interface Manners {
  /** The server's own words, from a refusal; undefined when there are none. */
  readError(body: string, answer: OutboundAnswer): string | undefined;
  /** What a refusal really is where its status tells something else; undefined: what the status tells. */
  judge?(
    answer: OutboundAnswer,
  ): { code: FaultCode; retryable: boolean; remedy?: string } | undefined;
  /** Whether what a login fetched is not taken any more; 401 and 403 unless told. */
  isStale?(answer: OutboundAnswer): boolean;
  /** How long the server wants to be left alone; the header `Retry-After` unless told. */
  retryAfterMs?(headers: OutboundAnswer['headers'], now: number): number | undefined;
  /** What to do about a refusal, by status, before the common ones; begins with `; `. */
  remedies?: Readonly<Record<number, string>>;
}

/** What one exchange is about, for fault texts, and when to stop. */
export interface Exchange {
  /** `for metric "x"` */
  about: string;
  signal: AbortSignal;
}

export interface HttpAsk {
  /** One attempt, its answer read; faults name the source and what it is about, and hold no secret. */
  ask<T>(
    exchange: Exchange,
    question: HttpQuestion,
    read: (answer: OutboundAnswer) => T,
  ): Promise<T>;
  /** The same for who sends in a way of their own; `question` is what a time-out tells. */
  exchange<T>(
    exchange: Exchange & { question: () => Pick<HttpQuestion, 'method' | 'path'> },
    send: () => Promise<OutboundAnswer>,
    read: (answer: OutboundAnswer) => T,
  ): Promise<T>;
  send(question: HttpQuestion, signal: AbortSignal): Promise<OutboundAnswer>;
  redact(text: string): string;
}

/** Of the words of a refusal; cut after secrets are hidden, of which half would else remain. */
const MAX_TOLD_LENGTH = 500;

const RETRYABLE = new Set([408, 429]);
/** What to do about a refusal, where its status says it. */
const REMEDIES: Record<number, string> = {
  400: '; correct the query',
  401: "; check the account's credentials",
  403: "; check what the account's credentials may read",
  404: "; check the account's url",
  422: '; correct the query',
};

/** Faults of readers that tell more than that an answer cannot be read: errors inside of a 200. */
const TOLD_IN_ANSWERS = new Set(['source-refused', 'source-unavailable', 'source-limit']);

export function createHttpAsk(
  connection: Connection,
  client: OutboundClient,
  now: () => number,
  manners: Manners,
): HttpAsk {
  const subject = `source "${connection.name}"`;
  const { base, headers, secrets } = prepareLogin(parseUrl(connection), connection);
  const hide = createRedactor(secrets);
  const signer =
    connection.signing === undefined
      ? undefined
      : createSigner(connection.signing, { client, now });
  const inTurn = createTurns();

  function redact(text: string): string {
    return signer === undefined ? hide(text) : createRedactor(signer.secrets())(hide(text));
  }

  /** A token that is not taken any more is fetched anew, once. */
  async function send(question: HttpQuestion, signal: AbortSignal): Promise<OutboundAnswer> {
    const answer = await sendOnce(question, signal);
    const isStale = manners.isStale ?? isRefused;
    return isStale(answer) && signer?.forget() === true ? sendOnce(question, signal) : answer;
  }

  async function sendOnce(question: HttpQuestion, signal: AbortSignal): Promise<OutboundAnswer> {
    const { tls, timeoutMs, maxAnswerBytes } = connection;
    const { method, body } = question;
    const asked = {
      method,
      url: addressOf(base, question),
      headers: { ...headers, ...question.headers },
      ...(body === undefined ? {} : { body }),
    };
    return client.request({
      ...asked,
      headers: { ...asked.headers, ...(await signer?.headers(asked, signal)) },
      signal,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      ...(question.tellable === undefined ? {} : { tellable: question.tellable }),
      ...(tls === undefined ? {} : { tls }),
    });
  }

  const exchange: HttpAsk['exchange'] = async ({ about, signal, question }, send, read) => {
    try {
      const answer = await send();
      if (answer.status < 200 || answer.status > 299) throw refusal(answer, about);
      if (answer.truncated) throw tooLarge(answer, about);
      return await inTurn(() => readAnswer(answer, about, read));
    } catch (thrown) {
      if (signal.aborted) throw unanswered(thrown, about, question());
      throw outboundFault(thrown, about);
    }
  };

  return {
    ask: (about, question, read) =>
      exchange({ ...about, question: () => question }, () => send(question, about.signal), read),
    exchange,
    send,
    redact,
  };

  function refusal(answer: OutboundAnswer, about: string): Fault {
    const { status, text, http } = answer;
    const said = manners.readError(text, answer);
    const why =
      status >= 300 && status < 400 ? ': redirects are not followed, correct its url' : '';
    const words = said === undefined ? why : `: ${redact(said).slice(0, MAX_TOLD_LENGTH)}`;
    const byStatus = status >= 500 || RETRYABLE.has(status);
    const {
      code,
      retryable,
      remedy = manners.remedies?.[status] ?? REMEDIES[status] ?? '',
    } = manners.judge?.(answer) ?? {
      code: byStatus ? ('source-unavailable' as const) : ('source-refused' as const),
      retryable: byStatus,
    };
    const readHint = manners.retryAfterMs ?? retryAfterOf;
    const retryAfterMs = readHint(answer.headers, now());
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
    answer: OutboundAnswer,
    about: string,
    read: (answer: OutboundAnswer) => T,
  ): T {
    const { http } = answer;
    try {
      return read(answer);
    } catch (thrown) {
      const { code, message, retryable } = toFault(thrown);
      const text = `${subject} answered ${redact(message).slice(0, MAX_TOLD_LENGTH)} ${about}`;
      if (!TOLD_IN_ANSWERS.has(code)) throw new Fault('source-answer', text, { subject, http });
      throw new Fault(code, text, { subject, http, retryable });
    }
  }

  /** Who was being waited for when the time was over. */
  function unanswered(
    cause: unknown,
    about: string,
    { method, path }: Pick<HttpQuestion, 'method' | 'path'>,
  ): Fault {
    const http = { method, url: tellAddress(addressOf(base, { path }), []) };
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

/** An address below the base url, which keeps its own path and query. */
function addressOf(
  base: URL,
  { path, search = {} }: Pick<HttpQuestion, 'path' | 'search'>,
): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const more = new URLSearchParams(pairs).toString();
  if (more === '') return url.href;
  return `${url.href}${url.search === '' ? '?' : '&'}${more}`;
}

function isRefused({ status }: OutboundAnswer): boolean {
  return status === 401 || status === 403;
}

function retryAfterOf(headers: OutboundAnswer['headers'], now: number): number | undefined {
  return parseRetryAfter(headers['retry-after'], now);
}

function parseUrl({ name, url }: Connection): URL {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
  const text = `url of source "${name}" is no http:// or https:// url`;
  throw new Fault('bad-configuration', text, { subject: `source "${name}"` });
}

/** The body of a request as a form, and what says so. */
export function asForm(
  fields: Readonly<Record<string, string>>,
): Pick<HttpQuestion, 'body' | 'headers'> {
  return {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}

export function asJson(document: unknown): Pick<HttpQuestion, 'body' | 'headers'> {
  return { body: JSON.stringify(document), headers: { 'content-type': 'application/json' } };
}
