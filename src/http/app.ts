import { pipeline } from 'node:stream';
import cors from 'cors';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { newId } from '../new-id.ts';
import type { Contract, Operation } from '../contract/contract.ts';
import { Fault, toFault } from '../errors.ts';
import type { Telemetry } from '../telemetry.ts';
import { inSpan, isInSpan } from '../tracing.ts';
import type { Admit } from './admission/admission.ts';
import type { Dialect } from './dialect.ts';
import type { Face } from './face.ts';
import { nativeDialect } from './native-dialect.ts';
import type { Answer, Handler, Handlers } from './operation.ts';
import { headersOf } from './problem.ts';

export interface AppDependencies {
  contract: Contract;
  faces: readonly Face[];
  admit: Admit;
  telemetry: Telemetry;
  maxBodyBytes: number;
  /** Sites whose pages may call from a browser. */
  origins: readonly string[];
  /** Aborts when the service stops, so that long polls end. */
  stopping: AbortSignal;
}

/** One route for each operation of the contract; an operation without a handler, or the reverse, stops the start. */
export function createApp(dependencies: AppDependencies): Express {
  const { contract, faces, origins } = dependencies;
  checkHandlers(contract, Object.assign({}, ...faces.map(({ handlers }) => handlers)));
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(collapseSlashes);
  if (origins.length > 0) app.use(cors({ ...CROSS_ORIGIN, origin: [...origins] }));
  for (const operation of contract.operations) {
    const { handlers, dialect = nativeDialect } = faceOf(operation, faces);
    const handler = handlers[operation.id]!;
    app[operation.method](routeOf(operation), (request, response) =>
      serve(request, response, { ...dependencies, operation, handler, dialect }),
    );
  }
  app.use((request, response) => serveUnknown(request, response, dependencies));
  app.use(serveUnreadable);
  return app;
}

/** Clients put `/canary` behind a base address that ends in a slash itself. */
function collapseSlashes(request: Request, _response: Response, next: NextFunction): void {
  const [path = ''] = request.url.split('?', 1);
  // the other form of an address, with a host in it, has two that belong there
  if (path.startsWith('/') && path.includes('//')) {
    request.url = path.replace(/\/{2,}/g, '/') + request.url.slice(path.length);
  }
  next();
}

/** What pages of other sites may send and read; a cookie is no part of it. */
const CROSS_ORIGIN = {
  methods: ['GET', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-requested-with'],
  exposedHeaders: ['location', 'retry-after', 'x-request-id'],
  maxAge: 3600,
};

interface Route extends AppDependencies {
  operation: Operation;
  handler: Handler;
  dialect: Dialect;
}

/** Its handlers were checked: every operation has a face. */
function faceOf({ id }: Operation, faces: readonly Face[]): Face {
  return faces.find(({ handlers }) => Object.hasOwn(handlers, id))!;
}

async function serve(request: Request, response: Response, route: Route): Promise<void> {
  const requestId = newId();
  const { id, path } = route.operation;
  const stopTimer = route.telemetry.meters.requestSeconds.startTimer();
  const attributes = { 'http.request.method': request.method, 'http.route': path };
  // an instrumentation of HTTP has read the headers
  const parent = isInSpan() ? {} : { parent: request.headers };
  const name = `${request.method} ${path}`;
  await inSpan(name, { kind: 'server', attributes, ...parent }, async (span) => {
    const answer = await answerCall(request, response, route, requestId);
    send(request, response, encoded(answer, route.dialect), requestId);
    stopTimer({ operation: id, status: String(answer.status) });
    span.set({ 'http.response.status_code': answer.status });
    if (answer.status >= 500) span.fail(String(answer.status));
  });
}

async function answerCall(
  request: Request,
  response: Response,
  route: Route,
  requestId: string,
): Promise<Answer> {
  const { operation, contract, handler, dialect, admit, maxBodyBytes, stopping } = route;
  let unread = true;
  try {
    const caller = await admit(request, response, operation);
    const raw = { operation, contract, request, maxBodyBytes };
    const call = await dialect.read({ ...raw, path: request.params, query: { ...request.query } });
    unread = false;
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const signal = AbortSignal.any([gone.signal, stopping]);
    return await handler({ ...call, caller, signal, requestId });
  } catch (error) {
    const fault = toFault(error);
    const answer = dialect.formatFault(fault, { requestId, path: request.path, unread });
    if (answer.status >= 500)
      route.telemetry.log.error({ err: error, requestId, path: request.path }, 'a request failed');
    return { ...answer, headers: { ...headersOf(fault), ...answer.headers } };
  }
}

function encoded({ json, ...answer }: Answer, dialect: Dialect): Answer {
  if (json === undefined) return answer;
  return { ...answer, text: { type: 'application/json', content: dialect.encode(json) } };
}

function send(request: Request, response: Response, answer: Answer, requestId: string): void {
  if (response.destroyed || response.headersSent) {
    answer.stream?.content.destroy();
    return;
  }
  response
    .status(answer.status)
    .set({ 'x-request-id': requestId, 'x-content-type-options': 'nosniff', ...answer.headers });
  // an upload that was not read to its end would be read as the next request
  if (!request.complete) response.set('connection', 'close').on('finish', () => request.destroy());
  if (answer.stream !== undefined) sendStream(response, answer.stream);
  else if (answer.text !== undefined)
    response.set('content-type', answer.text.type).send(answer.text.content);
  else response.end();
}

/** A client that takes nothing for so long has gone. */
const STALLED_MS = 60_000;

function sendStream(response: Response, stream: NonNullable<Answer['stream']>): void {
  const { type, bytes, content } = stream;
  response.set('content-type', type);
  if (bytes === undefined) response.flushHeaders();
  else response.set('content-length', String(bytes));
  response.setTimeout(STALLED_MS, () => response.destroy());
  pipeline(content, response, () => undefined); // a client that has gone sees by the length that it has not all
}

function serveUnknown(request: Request, response: Response, dependencies: AppDependencies): void {
  const requestId = newId();
  const allowed = dependencies.contract.operations
    .filter((operation) => patternOf(operation).test(request.path))
    .map(({ method }) => method.toUpperCase());
  const fault =
    allowed.length > 0
      ? new Fault(
          'method-not-allowed',
          `${request.path} does not answer ${request.method}: use ${allowed.join(', ')}`,
        )
      : new Fault(
          'route-not-found',
          `there is no ${request.path}: /openapi.yaml lists every route`,
        );
  const answer = nativeDialect.formatFault(fault, { requestId, path: request.path, unread: true });
  send(
    request,
    response,
    { ...answer, headers: allowed.length > 0 ? { allow: allowed.join(', ') } : {} },
    requestId,
  );
}

/** A path that cannot be decoded never reaches a route; Express knows it by its four parameters. */
function serveUnreadable(
  _error: unknown,
  request: Request,
  response: Response,
  _next: NextFunction,
): void {
  const requestId = newId();
  const fault = new Fault('invalid-request', 'the path of the request cannot be decoded');
  const context = { requestId, path: request.path, unread: true };
  send(request, response, nativeDialect.formatFault(fault, context), requestId);
}

/** `/analyses/{id}` in the contract's notation as Express writes it. */
function routeOf({ path }: Operation): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function patternOf({ path }: Operation): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`);
}

function checkHandlers({ operations }: Contract, handlers: Handlers): void {
  const wanted = operations.map(({ id }) => id);
  const missing = wanted.filter((id) => handlers[id] === undefined);
  const extra = Object.keys(handlers).filter((id) => !wanted.includes(id));
  if (missing.length + extra.length === 0) return;
  throw new Error(
    `contract and handlers differ: without a handler ${missing.join(', ') || 'none'}; unknown to the contract ${extra.join(', ') || 'none'}`,
  );
}
