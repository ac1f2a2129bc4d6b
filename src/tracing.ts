import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
} from '@opentelemetry/api';
import { toFault } from './errors.ts';

/** What a span is known by to those that come after it, as in the headers of W3C Trace Context. */
export interface TraceContext {
  traceparent: string;
  tracestate?: string;
}

const KINDS = {
  /** Answers a request. */
  server: SpanKind.SERVER,
  /** Asks another service. */
  client: SpanKind.CLIENT,
  /** Does what was asked for earlier. */
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

export interface SpanOptions {
  kind?: keyof typeof KINDS;
  attributes?: Attributes;
  /**
   * What it belongs to, where that is another than the span which is open: a job runs in whatever process and after
   * whoever woke it. Headers of a request, or what was stored; empty begins a trace.
   */
  parent?: Partial<TraceContext> | NodeJS.Dict<string | string[]>;
}

export interface OpenSpan {
  set(attributes: Attributes): void;
  /** Marks it as failed; `type` is a code or a status, never a text, which could tell what is secret. */
  fail(type: string): void;
}

/**
 * Does `work` in a span of OpenTelemetry, which ends with it. Spans are made by the SDK that the process was started
 * with (`node --import`); without one they cost next to nothing and go nowhere.
 */
export function inSpan<Result>(
  name: string,
  { kind = 'internal', attributes = {}, parent }: SpanOptions,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  const around =
    parent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, parent);
  return trace
    .getTracer('canary-verdict')
    .startActiveSpan(name, { kind: KINDS[kind], attributes }, around, async (span) => {
      const fail = (type: string) => {
        span.setAttribute('error.type', type);
        span.setStatus({ code: SpanStatusCode.ERROR });
      };
      try {
        return await work({ set: (more) => span.setAttributes(more), fail });
      } catch (error) {
        fail(toFault(error).code);
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Whether a span is open here already, as one of an instrumentation of HTTP. */
export function isInSpan(): boolean {
  return trace.getActiveSpan() !== undefined;
}

/** The open span as headers carry it (W3C Trace Context) and as it is stored; undefined where there is none. */
export function currentTrace(): TraceContext | undefined {
  const carrier: Partial<TraceContext> = {};
  propagation.inject(context.active(), carrier);
  const { traceparent, tracestate } = carrier;
  if (traceparent === undefined) return undefined;
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
}
