import type { Profiles } from '../../../analysis/profiles.ts';
import { randomUUID } from 'node:crypto';
import { Fault } from '../../../errors.ts';
import { refused } from '../format/check-start.ts';
import { instantText } from '../format/java-text.ts';
import type { components } from '../../../openapi.d.ts';
import type { CanaryConfig } from '../../../model/config.ts';
import type { ObjectWrite, Store } from '../../../store/store.ts';
import { parseKayentaConfig } from '../format/parse-config.ts';
import { createNativeConfigs, refuseNativeId } from './native-configs.ts';

type Config = components['schemas']['KayentaConfig'];

export interface KayentaConfigs {
  /** Answers the id. */
  create(config: Config): Promise<string>;
  replace(id: string, config: Config): Promise<void>;
  get(id: string): Promise<Config>;
  /** What is judged by a config that was read, or given, under an id: a native one as it is. */
  toJudge(id: string, config: Config): Promise<{ config: CanaryConfig; version?: number }>;
  /** Those that share an application; all when none is named. Native ones come last. */
  list(applications: string[]): Promise<{ id: string; config: Config; updatedAt: number }[]>;
  delete(id: string): Promise<void>;
}

/** Stored canary configs, checked and answered in Kayenta's words. */
export function createKayentaConfigs({
  store,
  profiles,
  now,
}: {
  store: Store;
  profiles: Profiles;
  now(): number;
}): KayentaConfigs {
  const objects = store.objects;
  const native = createNativeConfigs(store, profiles);
  return {
    async create(given) {
      const at = now();
      const config = stamped(withId(given), given.createdTimestamp ?? at, at);
      checkConfig(config);
      const { id = '' } = config;
      refuseNativeId(id);
      const names = namesOf(config);
      const write = await objects.create('canary-config', { id, document: config, names, at });
      refuseUnwritten(write, id, config);
      return id;
    },
    async replace(id, given) {
      refuseNativeId(id);
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
      const found = await native.find(id);
      if (found !== undefined) return found.shown;
      throw new Fault('not-found', `No such object named ${id}`);
    },
    async toJudge(id, config) {
      const found = await native.find(id);
      if (found === undefined) return { config: parseKayentaConfig(config) };
      return { config: found.config, version: found.version };
    },
    async list(applications) {
      const own = (await objects.list('canary-config'))
        .map(({ id, updatedAt, document }) => ({ id, updatedAt, config: document as Config }))
        .filter(
          ({ config }) =>
            applications.length === 0 ||
            (config.applications ?? []).some((name) => applications.includes(name)),
        );
      const others = await native.list(applications);
      return [
        ...own,
        ...others.map(({ id, updatedAt, shown }) => ({ id, updatedAt, config: shown })),
      ];
    },
    async delete(id) {
      refuseNativeId(id);
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
