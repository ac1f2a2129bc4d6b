import { SIDES, type Side } from '../../model/scope.ts';
import type { components } from '../../openapi.d.ts';
import {
  readAssignments,
  readScore,
  refuseNearDuration,
  refuseNearMoment,
  usageFault,
} from '../parse-options.ts';
import { readDocument } from '../files/read-document.ts';

type Schemas = components['schemas'];
type Request = Schemas['AnalysisRequest'];

/** Options of `canary analyze` that say what to analyse. */
export const REQUEST_OPTIONS = {
  request: { type: 'string' },
  config: { type: 'string' },
  baseline: { type: 'string' },
  canary: { type: 'string' },
  start: { type: 'string' },
  end: { type: 'string' },
  last: { type: 'string' },
  duration: { type: 'string' },
  interval: { type: 'string' },
  warmup: { type: 'string' },
  lookback: { type: 'string' },
  step: { type: 'string' },
  account: { type: 'string' },
  parameter: { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  pass: { type: 'string' },
  marginal: { type: 'string' },
} as const;

const WINDOW_OPTIONS = [
  'start',
  'end',
  'duration',
  'interval',
  'warmup',
  'lookback',
  'step',
] as const;

type TextOption = Exclude<keyof typeof REQUEST_OPTIONS, 'parameter' | 'label'>;
export type RequestOptions = { [Name in TextOption]?: string | undefined } & {
  parameter?: string[] | undefined;
  label?: string[] | undefined;
};

/** The request that the options say, over the one in the file of `--request`; the server checks its rules. */
export async function buildRequest(
  options: RequestOptions,
  command = 'canary analyze',
): Promise<Request> {
  const { request: base, baseline, canary } = await buildSides(options);
  const config = options.config === undefined ? base.config : await readConfig(options.config);
  if (config === undefined || baseline === undefined || canary === undefined) {
    const named = command === 'canary analyze' ? '--config' : 'a config';
    throw usageFault(
      `${named}, --baseline and --canary are needed, or --request with all of them`,
      command,
    );
  }
  const labels = Object.fromEntries(readAssignments('label', options.label ?? []));
  return {
    ...base,
    config,
    baseline,
    canary,
    ...part('window', { ...base.window, ...givenOf(options), ...lastOf(options) }),
    ...part('thresholds', buildThresholds(base.thresholds, options)),
    ...part('labels', { ...base.labels, ...labels }),
    ...(options.account === undefined ? {} : { account: options.account }),
  };
}

/** Both sides of the options over those in the file of `--request`, and that file. */
export async function buildSides(
  options: Pick<RequestOptions, 'request' | 'baseline' | 'canary' | 'parameter'>,
): Promise<{
  request: Partial<Request>;
  baseline: Schemas['ScopeRequest'] | undefined;
  canary: Schemas['ScopeRequest'] | undefined;
}> {
  const request = await readBase(options.request);
  return {
    request,
    baseline: buildSide('baseline', request.baseline, options),
    canary: buildSide('canary', request.canary, options),
  };
}

async function readBase(file: string | undefined): Promise<Partial<Request>> {
  if (file === undefined) return {};
  const document = await readDocument('request', file);
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document;
  throw usageFault(`request "${file}" is no object`, 'canary analyze');
}

/** A name that looks like a file is one, whether it exists or not: a typing mistake must not change the meaning. */
export async function readConfig(text: string): Promise<Request['config']> {
  const isFile = text.includes('/') || /\.(json|ya?ml)$/i.test(text);
  return isFile ? ((await readDocument('config', text)) as Schemas['CanaryConfig']) : text;
}

function buildSide(
  side: Side,
  base: Schemas['ScopeRequest'] | undefined,
  options: Pick<RequestOptions, Side | 'parameter'>,
): Schemas['ScopeRequest'] | undefined {
  const scope = options[side] ?? base?.scope;
  const parameters = { ...base?.parameters, ...readParameters(side, options.parameter ?? []) };
  if (scope === undefined) return undefined;
  return { ...base, scope, ...part('parameters', parameters) };
}

/** `SIDE.NAME=VALUE`; the name may hold further dots. */
function readParameters(side: Side, texts: readonly string[]): Record<string, string> {
  const assignments = readAssignments('parameter', texts).map(([name, value]) => {
    const [owner, ...rest] = name.split('.');
    if (rest.length > 0 && SIDES.includes(owner as Side)) {
      return { owner, name: rest.join('.'), value };
    }
    throw usageFault(
      `--parameter got "${name}=...", where baseline.NAME=VALUE or canary.NAME=VALUE is needed`,
      'canary analyze',
    );
  });
  return Object.fromEntries(
    assignments.filter(({ owner }) => owner === side).map(({ name, value }) => [name, value]),
  );
}

export function buildThresholds(
  base: Schemas['Thresholds'] | undefined,
  { pass, marginal }: Pick<RequestOptions, 'pass' | 'marginal'>,
): Partial<Schemas['Thresholds']> {
  const thresholds = {
    ...base,
    ...(pass === undefined ? {} : { pass: readScore('pass', pass) }),
    ...(marginal === undefined ? {} : { marginal: readScore('marginal', marginal) }),
  };
  if (Object.keys(thresholds).length !== 1) return thresholds;
  throw usageFault('--pass and --marginal go together', 'canary analyze');
}

function givenOf(options: RequestOptions): Partial<Schemas['WindowRequest']> {
  const given = WINDOW_OPTIONS.filter((name) => options[name] !== undefined);
  for (const name of given) {
    const isInstant = name === 'start' || name === 'end';
    (isInstant ? refuseNearMoment : refuseNearDuration)(name, options[name]!);
  }
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** The server resolves it when it accepts the request: the clock that counts is the one that reads the data. */
function lastOf(options: RequestOptions): Partial<Schemas['WindowRequest']> {
  const { last, start, end, duration } = options;
  if (last === undefined) return {};
  if ([start, end, duration].some((other) => other !== undefined)) {
    const why = '--last is a window of its own: leave out --start, --end and --duration';
    throw usageFault(why, 'canary analyze');
  }
  refuseNearDuration('last', last);
  return { start: `now-${last}`, end: 'now' };
}

/** A part of the request only where something is in it. */
function part(name: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}
