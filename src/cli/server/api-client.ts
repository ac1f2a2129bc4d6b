import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, toFault, type FaultDetails, type Violation } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';

type Schemas = components['schemas'];

export interface ApiClientOptions {
  /** As `parseServer` reads it. */
  server: string;
  token: string | undefined;
  /** How long one call is tried again while the server does not answer. */
  retryForMs: number;
  /** Told once for each call that has to be tried again. */
  onRetry: (why: string) => void;
}

export interface ApiClient {
  /** Safe to try again: the same key answers the same analysis. */
  submit(
    request: Schemas['AnalysisRequest'],
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<Schemas['Analysis']>;
  /** Answers at the analysis' end, or after `waitMs` with its present state. */
  read(id: string, waitMs: number, signal: AbortSignal): Promise<Schemas['Analysis']>;
  cancel(id: string): Promise<Schemas['Analysis']>;
  /** One page of analyses, newest first: of a query, or at the address of a page before. */
  list(path: string): Promise<AnalysisPage>;
  /** Oldest event first. */
  deliveries(id: string): Promise<Schemas['Delivery'][]>;
  /** A file for people, such as a report, as it is sent. */
  readText(what: string, path: string): Promise<string>;
  /** The series that the analysis' last judged look had. */
  pairs(id: string): Promise<Schemas['JudgedPair'][]>;
  plan(request: Schemas['PlanRequest']): Promise<Schemas['Plan']>;
  calibrate(request: Schemas['CalibrationRequest']): Promise<Schemas['Calibration']>;
}

export interface Call {
  /** What is asked for, for messages: the server refused `what`. */
  what: string;
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  /** JSON when left out. */
  accept?: string;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

const ANSWER_TIMEOUT_MS = 30_000;
/** Several calibrations at once wait for each other. */
const CALIBRATION_TIMEOUT_MS = 120_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
/** Statuses of a server, or of a proxy before it, that will pass. */
const PASSING_STATUSES = [408, 429, 502, 503, 504];

/** Calls the native API of any server; refusals and outages become Faults that name it. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const answerTo = (call: Call) => callServer(options, call);
  const analysisAt = async (call: Call) => checkAnalysis(await answerTo(call), options.server);
  const path = (id: string) => `/api/v1/analyses/${encodeURIComponent(id)}`;
  return {
    submit: (request, idempotencyKey, signal) =>
      analysisAt({
        what: 'the analysis',
        method: 'POST',
        path: '/api/v1/analyses',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(request),
        timeoutMs: ANSWER_TIMEOUT_MS,
        signal,
      }),
    read: (id, waitMs, signal) =>
      analysisAt({
        what: `to show analysis ${id}`,
        method: 'GET',
        path: `${path(id)}?wait=${formatDuration(waitMs)}`,
        timeoutMs: waitMs + ANSWER_TIMEOUT_MS,
        signal,
      }),
    cancel: (id) =>
      analysisAt({
        what: `to cancel analysis ${id}`,
        method: 'POST',
        path: `${path(id)}/cancel`,
        headers: { 'content-type': 'application/json' },
        timeoutMs: ANSWER_TIMEOUT_MS,
      }),
    async list(page) {
      const call = getOf('to list analyses', page);
      return checkMember<AnalysisPage>(await answerTo(call), 'items', call, options);
    },
    async deliveries(id) {
      const call = getOf(`to list the deliveries of analysis ${id}`, `${path(id)}/deliveries`);
      const page = await answerTo(call);
      return checkMember<{ items: Schemas['Delivery'][] }>(page, 'items', call, options).items;
    },
    readText: (what, page) => {
      const call = getOf(what, page);
      return withRetries(options, undefined, () => callOnce(options, { ...call, accept: '*/*' }));
    },
    async pairs(id) {
      const pairs: Schemas['JudgedPair'][] = [];
      for (let page: string | undefined = `${path(id)}/pairs`; page !== undefined;) {
        const call = getOf(`to show the series of analysis ${id}`, page);
        const answer = await answerTo(call);
        const { pairs: some, next } = checkMember<PairPage>(answer, 'pairs', call, options);
        pairs.push(...some);
        page = next;
      }
      return pairs;
    },
    async plan(request) {
      const call = postOf('the plan', '/api/v1/plans', request);
      const answer = await answerTo({ ...call, timeoutMs: ANSWER_TIMEOUT_MS });
      return checkMember<Schemas['Plan']>(answer, 'metrics', call, options);
    },
    async calibrate(request) {
      const call = postOf('the calibration', '/api/v1/calibrations', request);
      const answer = await answerTo({ ...call, timeoutMs: CALIBRATION_TIMEOUT_MS });
      return checkMember<Schemas['Calibration']>(answer, 'judges', call, options);
    },
  };
}

/** One call, tried again while the server does not answer; what it answers as JSON. */
export async function callServer(options: ApiClientOptions, call: Call): Promise<unknown> {
  return parseJson(await withRetries(options, call.signal, () => callOnce(options, call)));
}

export interface AnalysisPage {
  items: Schemas['AnalysisSummary'][];
  next?: string;
}

interface PairPage {
  pairs: Schemas['JudgedPair'][];
  next?: string;
}

function getOf(what: string, path: string): Call {
  return { what, method: 'GET', path, timeoutMs: ANSWER_TIMEOUT_MS };
}

export function postOf(what: string, path: string, request: unknown): Omit<Call, 'timeoutMs'> {
  const headers = { 'content-type': 'application/json' };
  return { what, method: 'POST', path, headers, body: JSON.stringify(request) };
}

/** Address of a server without a slash at the end; a password in it would leak into messages. */
export function parseServer(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Fault('invalid-request', 'the server must be an http:// or https:// address');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault(
      'invalid-request',
      'the server address holds credentials: leave them out and set CANARY_TOKEN',
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

async function withRetries<T>(
  { retryForMs, onRetry }: ApiClientOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + retryForMs;
  for (let delayMs = FIRST_DELAY_MS, isFirst = true; ; isFirst = false) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const fault = toFault(error);
      const pauseMs = Math.max(delayMs, fault.retryAfterMs ?? 0);
      if (!fault.retryable || performance.now() + pauseMs > giveUpAt) throw fault;
      if (isFirst) onRetry(fault.message);
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }
}

async function callOnce({ server, token }: ApiClientOptions, call: Call): Promise<string> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const init: RequestInit = {
    method: call.method,
    headers: {
      accept: call.accept ?? 'application/json',
      ...call.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    redirect: 'manual', // following one would turn a POST into a GET
    signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
  };
  let response: Response;
  let text: string;
  try {
    response = await fetch(server + call.path, init);
    text = await response.text();
  } catch (error) {
    const why = timeout.aborted ? `no answer within ${call.timeoutMs / 1000} s` : reasonOf(error);
    throw new Fault('source-unavailable', `server ${server} does not answer: ${why}`, {
      retryable: true,
      cause: error,
    });
  }
  if (!response.ok) throw refusal(server, call.what, response, text);
  return text;
}

/** What a server that refused `what` has said; waiting helps where the fault is retryable. */
export function refusal(server: string, what: string, response: Response, text: string): Fault {
  const { status, headers } = response;
  const problem = parseJson(text) as Partial<Schemas['Problem']> | undefined;
  const details: FaultDetails = {
    retryable: PASSING_STATUSES.includes(status),
    violations: violationsOf(problem),
  };
  const waitSeconds = Number(headers.get('retry-after') ?? Number.NaN);
  if (waitSeconds >= 0) details.retryAfterMs = waitSeconds * 1000;
  const why = typeof problem?.detail === 'string' ? problem.detail : 'no reason given';
  const hint = status === 401 ? ' (the token comes from CANARY_TOKEN or --token-file)' : '';
  const request = status >= 500 && problem?.requestId ? ` (request ${problem.requestId})` : '';
  return new Fault(
    'source-refused',
    `server ${server} refused ${what} with ${status}: ${why}${hint}${request}`,
    details,
  );
}

/** Whoever answered may be a proxy with its own idea of JSON. */
function violationsOf(problem: Partial<Schemas['Problem']> | undefined): Violation[] {
  const violations: (Violation | null)[] | undefined = problem?.violations;
  if (!Array.isArray(violations)) return [];
  const isWhole = (violation: Violation | null): violation is Violation =>
    typeof violation?.message === 'string';
  return violations.filter(isWhole);
}

/** Enough to tell the API from some other page that answers 200. */
export function checkAnalysis(answer: unknown, server: string): Schemas['Analysis'] {
  const analysis = answer as Partial<Schemas['Analysis']> | undefined | null;
  if (typeof analysis?.id === 'string' && typeof analysis.state === 'string') {
    return analysis as Schemas['Analysis'];
  }
  throw new Fault(
    'source-answer',
    `server ${server} answered something that is no analysis: check the address`,
  );
}

/** The same for an answer that has a list of this name. */
export function checkMember<T>(
  answer: unknown,
  list: keyof T & string,
  call: Pick<Call, 'what'>,
  { server }: Pick<ApiClientOptions, 'server'>,
): T {
  if (Array.isArray((answer as Partial<T> | undefined | null)?.[list])) return answer as T;
  throw new Fault(
    'source-answer',
    `server ${server} answered ${call.what} with something else: check the address`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch hides the reason in its cause. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'connection refused';
  return inner || code || message;
}
