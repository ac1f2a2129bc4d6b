import { randomUUID } from 'node:crypto';
import { Fault } from '../../../errors.ts';
import { refused } from '../format/check-start.ts';
import { instantText } from '../format/java-text.ts';
import type { components } from '../../../openapi.d.ts';
import type { StoredObject, ObjectWrite, Store } from '../../../store/store.ts';

type Config = components['schemas']['KayentaConfig'];

export interface KayentaConfigs {
  /** Answers the id. */
  create(config: Config): Promise<string>;
  replace(id: string, config: Config): Promise<void>;
  get(id: string): Promise<Config>;
  /** Those that share an application; all when none is named. */
  list(applications: string[]): Promise<{ config: Config; object: StoredObject }[]>;
  delete(id: string): Promise<void>;
}

/** Stored canary configs, checked and answered in Kayenta's words. */
export function createKayentaConfigs(store: Store, now: () => number): KayentaConfigs {
  const objects = store.objects;
  return {
    async create(given) {
      const at = now();
      const config = stamped(withId(given), given.createdTimestamp ?? at, at);
      checkConfig(config);
      const { id = '' } = config;
      const names = namesOf(config);
      const write = await objects.create('canary-config', { id, document: config, names, at });
      refuseUnwritten(write, id, config);
      return id;
    },
    async replace(id, given) {
      const at = now();
      const config = {
        ...stamped({ ...given, id: given.id || id }, given.createdTimestamp, at),
        updatedTimestamp: at,
        updatedTimestampIso: instantText(at),
      };
      checkConfig(config);
      const names = namesOf(config);
      const write = await objects.replace('canary-config', { id, document: config, names, at });
      refuseUnwritten(write, id, config);
    },
    async get(id) {
      const object = await objects.get('canary-config', id);
      if (object !== undefined) return object.document as Config;
      throw new Fault('not-found', `No such object named ${id}`);
    },
    async list(applications) {
      const all = await objects.list('canary-config');
      return all
        .map((object) => ({ object, config: object.document as Config }))
        .filter(
          ({ config }) =>
            applications.length === 0 ||
            (config.applications ?? []).some((name) => applications.includes(name)),
        );
    },
    async delete(id) {
      if (!(await objects.delete('canary-config', id))) throw refused(`Does not exist: ${id}`);
    },
  };
}

/** A config without an id gets one, and then also the parts that it misses. */
function withId(config: Config): Config {
  if (config.id) return config;
  const { applications = [], metrics = [], templates = {} } = config;
  return { ...config, id: randomUUID(), applications, metrics, templates };
}

function stamped(config: Config, created: number | undefined, at: number): Config {
  const updated = config.updatedTimestamp ?? created ?? at;
  return {
    ...config,
    ...(created === undefined
      ? {}
      : { createdTimestamp: created, createdTimestampIso: instantText(created) }),
    updatedTimestamp: updated,
    updatedTimestampIso: instantText(updated),
  };
}

/** Kayenta's pattern has commas in its class, so they are allowed. */
const NAME = /^[A-Za-z0-9,_-]*$/;

function checkConfig({ name, applications = [], metrics = [] }: Config): void {
  if (!name) throw refused('Canary config must specify a name.');
  if (applications.length === 0) {
    throw refused('Canary config must specify at least one application.');
  }
  if (!NAME.test(name)) {
    throw refused(
      `Canary config cannot be named '${name}'. Names must contain only letters, numbers, dashes (-) and underscores (_).`,
    );
  }
  const seen = new Set<string>();
  for (const metric of metrics) {
    if (!metric.name) throw refused('Metric config must specify a name.');
    if (seen.has(metric.name)) {
      throw refused(`Metric config name must be unique. '${metric.name}' is duplicated.`);
    }
    seen.add(metric.name);
  }
}

/** What no other config may have: its name in any of its applications. */
function namesOf({ name, applications = [] }: Config): string[] {
  return applications.map((application) => JSON.stringify([application, name]));
}

function refuseUnwritten(write: ObjectWrite, id: string, config: Config): void {
  if (write === 'exists') throw refused(`Canary config '${id}' already exists.`);
  if (write === 'unknown') throw refused(`Canary config '${id}' does not exist.`);
  if (write === 'written') return;
  throw refused(
    `Canary config with name '${config.name}' already exists in the scope of applications [${(config.applications ?? []).join(', ')}].`,
  );
}
