import { Fault } from '../../../errors.ts';
import type { Scope } from '../../../model/scope.ts';
import { isRecord, parseJson, wrongAnswer } from '../../asking/read-json.ts';

/** One of the servers that a list of backends names, with the variables that its names are made of. */
export interface AtlasBackend {
  /** Host, in which `$(deployment) $(dataset) $(region) $(env)` are filled in. */
  cname: string;
  /** The location by which a scope names it alone, with the same variables. */
  target: string;
  deployment: string;
  dataset: string;
  regions: readonly string[];
  environments: readonly string[];
}

/** Hosts of one account of a cloud. */
export interface AtlasStorage {
  global: string;
  /** For each region, by `$(region)`. */
  regional: string;
  regions: readonly string[];
}

export interface AtlasBackends {
  backends: readonly AtlasBackend[];
  /** By the id of the account. */
  storage: ReadonlyMap<string, AtlasStorage>;
}

/**
 * The host that has the data of a scope: the backend whose target is its location, else that of its `accountId`, else
 * the first one of its `deployment`, `dataset` and `environment` that has its location as a region, or lists none.
 *
 * Throws `invalid-query` where none fits. Source: Kayenta's `BackendDatabase` and `AtlasStorageDatabase`.
 */
export function chooseHost({ backends, storage }: AtlasBackends, scope: Scope): string {
  const { location, parameters } = scope;
  const { accountId, dataset = 'regional', deployment = 'main', environment = 'test' } = parameters;
  const found =
    hostOfTarget(backends, location) ??
    hostOfAccount(storage.get(accountId ?? ''), dataset, location) ??
    hostOfParameters(backends, { deployment, dataset, region: location, env: environment });
  if (found !== undefined) return found;
  throw new Fault(
    'invalid-query',
    `Unable to find an appropriate Atlas cluster for location=${location} accountId=${accountId ?? 'null'} dataset=${dataset} deployment=${deployment} environment=${environment}`,
  );
}

interface Variables {
  deployment: string;
  dataset: string;
  region: string;
  env: string;
}

function hostOfTarget(backends: readonly AtlasBackend[], location: string): string | undefined {
  for (const backend of backends) {
    const { cname, target, deployment, dataset } = backend;
    for (const region of orNone(backend.regions))
      for (const env of orNone(backend.environments)) {
        const variables = { deployment, dataset, region, env };
        if (fill(target, variables) === location) return fill(cname, variables);
      }
  }
  return undefined;
}

function orNone(listed: readonly string[]): readonly string[] {
  return listed.length === 0 ? [''] : listed;
}

function hostOfAccount(
  storage: AtlasStorage | undefined,
  dataset: string,
  region: string,
): string | undefined {
  if (storage === undefined) return undefined;
  if (dataset === 'global') return storage.global;
  return storage.regions.includes(region) ? fill(storage.regional, { region }) : undefined;
}

function hostOfParameters(
  backends: readonly AtlasBackend[],
  wanted: Variables,
): string | undefined {
  const has = (listed: readonly string[], one: string) =>
    listed.length === 0 || listed.includes(one);
  const fitting = backends.find(
    ({ deployment, dataset, regions, environments }) =>
      deployment === wanted.deployment &&
      dataset === wanted.dataset &&
      has(regions, wanted.region) &&
      has(environments, wanted.env),
  );
  return fitting && fill(fitting.cname, wanted);
}

function fill(text: string, variables: Partial<Variables>): string {
  return Object.entries(variables).reduce(
    (filled, [name, value]) => filled.replaceAll(`$(${name})`, value),
    text,
  );
}

/** `backends.json`: a list of backends. Throws `source-answer`. */
export function readBackends(body: string): AtlasBackend[] {
  const list = parseJson(body);
  if (!Array.isArray(list)) throw wrongAnswer('a list of backends that is no list');
  return list.map((one: unknown) => {
    if (!isRecord(one) || typeof one['cname'] !== 'string') {
      throw wrongAnswer('a backend without a cname');
    }
    return {
      cname: one['cname'],
      target: textOf(one['target']),
      deployment: textOf(one['deployment']),
      dataset: textOf(one['dataset']),
      regions: textsOf(one['regions']),
      environments: textsOf(one['environments']),
    };
  });
}

/** `storage.json`: hosts by the id of an account, below `atlas_storage`. Throws `source-answer`. */
export function readStorage(body: string): Map<string, AtlasStorage> {
  const document = parseJson(body);
  const accounts = isRecord(document) ? document['atlas_storage'] : undefined;
  if (!isRecord(accounts)) throw wrongAnswer('storage without "atlas_storage"');
  return new Map(
    Object.entries(accounts).map(([id, one]) => {
      if (!isRecord(one)) throw wrongAnswer(`storage whose account "${id}" is no object`);
      const { global, regional, regions } = one;
      return [
        id,
        { global: textOf(global), regional: textOf(regional), regions: textsOf(regions) },
      ];
    }),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
