import { invalidRequest } from '../../../analysis/accept/invalid-request.ts';
import type { Read } from '../../../analysis/read.ts';
import { Fault } from '../../../errors.ts';
import { readFormBody } from '../../../http/body.ts';
import type { FaultContext, RawCall, ReadCall } from '../../../http/dialect.ts';
import type { Answer, Call } from '../../../http/operation.ts';
import { detailOf, statusOf } from '../../../http/problem.ts';
import { worstFirst } from '../../../model/judgement/severity.ts';
import { shownChange } from '../../../model/judgement/shown-change.ts';
import type { Gate } from '../gate.ts';
import type { GateView, Keeper } from '../keeper.ts';
import { parseSelector, unknownQuery, type Selector } from './selector.ts';

/** The health probe of Flagger. */
const PROBE = /^\s*vector\s*\(\s*1\s*\)\s*$/;

/** The number of a selector; undefined where there is none (yet). */
type Measure = (view: GateView, selector: Selector, read: Read) => Promise<number | undefined>;

/** A verdict is a number only where it decides: whatever is unsure must be neither 1 nor 0. */
const MEASURES: Readonly<Record<string, Measure>> = {
  canary_verdict: async ({ word }) => ({ pass: 1, fail: 0 })[word as string],
  canary_score: async ({ word, score }) =>
    word === 'pass' || word === 'marginal' || word === 'fail' ? (score ?? undefined) : undefined,
  canary_metric_change: readChange,
};

/** The Prometheus clients of Argo Rollouts, Flagger and Keptn. */
export function createPrometheusGate(keeper: Keeper, reader: Read, now: () => number): Gate {
  const ask = async ({ parameters }: Call): Promise<Answer> => {
    const { query, time } = parameters as { query: string; time?: string };
    const seconds = time === undefined ? now() / 1000 : secondsOf(time);
    if (PROBE.test(query)) return vector([{ metric: {}, value: [seconds, '1'] }]);
    const selector = parseSelector(query);
    const { name, labels } = selector;
    const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
    if (measure === undefined) throw unknownQuery(query);
    checkLabels(selector);
    const view = await keeper.find(labels['key']!, labels['gate']);
    if (view === undefined) return vector([], ['no gate was asked with this key yet']);
    const value = await measure(view, selector, reader);
    const isNumber = value !== undefined && Number.isFinite(value);
    const sample = { metric: { __name__: name, ...labels }, value: [seconds, String(value)] };
    return vector(isNumber ? [sample] : [], [view.reason, view.report]);
  };
  return { handlers: { readPrometheusGate: ask, askPrometheusGate: ask }, read, formatFault };
}

/** Clients send more parameters than are of use here. */
async function read(call: RawCall): Promise<ReadCall> {
  const { operation, contract, request, maxBodyBytes } = call;
  const form = operation.bodyType === undefined ? {} : await readFormBody(request, maxBodyBytes);
  const question = { ...call.query, ...form };
  const violations = contract.checkSchema('PrometheusQuestion', question);
  if (violations.length > 0) throw invalidRequest(violations);
  return { parameters: question, body: undefined };
}

const LABELS = ['key', 'gate', 'metric'];

function checkLabels({ name, labels }: Selector): void {
  const wanted = name === 'canary_metric_change' ? ['key', 'metric'] : ['key'];
  const missing = wanted.filter((label) => labels[label] === undefined);
  const strange = Object.keys(labels).filter((label) => !LABELS.includes(label));
  if (missing.length + strange.length === 0) return;
  const what = [
    ...missing.map((label) => `needs the label "${label}"`),
    ...strange.map((label) => `has no label "${label}"`),
  ];
  throw new Fault('invalid-query', `${name} ${what.join(' and ')}`);
}

function secondsOf(time: string): number {
  const seconds = Number(time);
  const at = Number.isFinite(seconds) ? seconds : Date.parse(time) / 1000;
  if (Number.isFinite(at)) return at;
  throw invalidRequest([{ pointer: '/time', message: 'must be seconds or an instant' }]);
}

/** Of a metric with several series that of the worst one; a ratio, 1 for no change. */
async function readChange(
  { attempt }: GateView,
  { labels }: Selector,
  read: Read,
): Promise<number | undefined> {
  const { result } = await read.detail(attempt.analysisId);
  const ranked = result === undefined ? [] : worstFirst(result.judgement);
  const found = ranked.find(({ metric }) => metric.metric === labels['metric']);
  return found && shownChange(found.metric)?.estimate;
}

function vector(result: object[], warnings?: string[]): Answer {
  const data = { resultType: 'vector', result };
  return { status: 200, json: { status: 'success', data, ...(warnings && { warnings }) } };
}

function formatFault(fault: Fault, { requestId }: FaultContext): Answer {
  const status = statusOf(fault);
  const error = detailOf(fault, requestId);
  const errorType = status < 500 ? 'bad_data' : status === 503 ? 'unavailable' : 'internal';
  return { status, json: { status: 'error', errorType, error } };
}
