import type { IncomingMessage } from 'node:http';
import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import type { Contract } from '../../contract/contract.ts';
import { Fault, type Violation } from '../../errors.ts';
import { discardBody, readFormBody, readJsonBody } from '../../http/body.ts';
import type { RawCall, ReadCall } from '../../http/dialect.ts';
import type { AnalysisRequest } from './gate.ts';

/** What a deployer has said of the analysis that it asks for, as texts. */
export type GateParameters = Readonly<Record<string, string>>;

/** Reads the parameters of query and body as one; those of the body weigh more. */
export async function readGateCall(call: RawCall): Promise<ReadCall> {
  const { operation, contract, request, query, maxBodyBytes } = call;
  const inBody =
    operation.bodyType === undefined
      ? await discardBody(request, maxBodyBytes)
      : await readFields(request, maxBodyBytes);
  return { parameters: checkParameters(contract, { ...query, ...inBody }), body: undefined };
}

/** Refuses parameters that the contract does not have, by name. */
export function checkParameters(
  contract: Contract,
  given: Readonly<Record<string, unknown>>,
): GateParameters {
  const violations = contract.checkSchema('GateParameters', given);
  if (violations.length > 0) throw invalidRequest(violations);
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

async function readFields(request: IncomingMessage, maxBytes: number): Promise<object | undefined> {
  const { 'content-type': type = '', 'content-length': length = '0' } = request.headers;
  if (length === '0' && request.headers['transfer-encoding'] === undefined) return undefined;
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return readFormBody(request, maxBytes);
  const body = await readJsonBody(request, maxBytes);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new Fault('invalid-request', 'the request body must be an object of parameters');
}

/** Names an analysis without asking for one: a call with nothing else only attaches to what its key has. */
const NAMES_ONLY = new Set(['key']);
const REQUIRED = ['config', 'baseline', 'canary'] as const;
const WINDOW = [
  'start',
  'end',
  'duration',
  'interval',
  'warmup',
  'lookback',
  'settle',
  'step',
  'before',
] as const;
const SCOPE_PARAMETER = /^p\.(.+)$/;

/**
 * The analysis that the parameters describe, or undefined where they only name one. Its fields stand in one order,
 * whatever order the parameters came in: a repeated request must be the same text.
 */
export function requestOf(parameters: GateParameters): AnalysisRequest | undefined {
  if (Object.keys(parameters).every((name) => NAMES_ONLY.has(name))) return undefined;
  const { config = '', baseline = '', canary = '', account } = parameters;
  const violations = [
    ...REQUIRED.filter((name) => parameters[name] === undefined).map(isRequired),
    ...checkThresholdPair(parameters),
  ];
  if (violations.length > 0) throw invalidRequest(violations);
  const { location } = parameters;
  const common = {
    ...(location === undefined ? {} : { location }),
    parameters: scopeParameters(parameters),
  };
  return {
    config,
    baseline: { scope: baseline, ...common },
    canary: { scope: canary, ...common },
    window: Object.fromEntries(
      WINDOW.filter((name) => parameters[name] !== undefined).map((name) => [
        name,
        parameters[name],
      ]),
    ),
    ...thresholdsOf(parameters),
    ...(account === undefined ? {} : { account }),
  };
}

/** The key that the call must have. */
export function keyOf(parameters: GateParameters): string {
  const { key } = parameters;
  if (key === undefined) throw invalidRequest([isRequired('key')]);
  return key;
}

function isRequired(name: string): Violation {
  return { pointer: `/${name}`, message: 'is required' };
}

function checkThresholdPair({ pass, marginal }: GateParameters): Violation[] {
  if ((pass === undefined) === (marginal === undefined)) return [];
  const missing = pass === undefined ? 'pass' : 'marginal';
  return [{ pointer: `/${missing}`, message: '`pass` and `marginal` go together' }];
}

function thresholdsOf({ pass, marginal }: GateParameters): Pick<AnalysisRequest, 'thresholds'> {
  if (pass === undefined || marginal === undefined) return {};
  return { thresholds: { pass: Number(pass), marginal: Number(marginal) } };
}

function scopeParameters(parameters: GateParameters): Record<string, string> {
  const found = Object.entries(parameters).flatMap(([name, value]) => {
    const own = SCOPE_PARAMETER.exec(name)?.[1];
    return own === undefined ? [] : [[own, value] as const];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
