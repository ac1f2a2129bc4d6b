import { Fault } from '../../errors.ts';
import type { Warning } from '../../model/warning.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { CheckStoredConfig } from '../accept/check-stored-config.ts';
import { invalidRequest } from '../accept/invalid-request.ts';

type Config = components['schemas']['CanaryConfig'];

/** The file that a config comes from; undefined for one that belongs to the API. */
export type FileOf = (name: string) => Promise<string | undefined>;

/**
 * Stores configs, whoever asks. Faults: `invalid-request` for what could never be judged, `conflict` for a config that
 * comes from a file or whose name is taken, `not-found`, and `precondition-failed` where `ifVersion` is not the newest.
 */
export interface KeepConfigs {
  /** Answers what may be meant otherwise; so too below. */
  create(config: Config, by: string | undefined): Promise<Warning[]>;
  replace(
    name: string,
    config: Config,
    how: { by: string | undefined; ifVersion: number | undefined },
  ): Promise<Warning[]>;
  delete(name: string): Promise<void>;
}

export function createKeepConfigs(dependencies: {
  store: Store;
  checkStoredConfig: CheckStoredConfig;
  fileOf: FileOf;
  now(): number;
}): KeepConfigs {
  const { checkStoredConfig, fileOf, now } = dependencies;
  const { configs } = dependencies.store;

  /** What lives in a file is changed there: else the next reload would take the change back. */
  async function checkIsOurs(name: string): Promise<void> {
    const file = await fileOf(name);
    if (file === undefined) return;
    throw new Fault(
      'conflict',
      `config "${name}" comes from the file ${file} of configs.directory: change it there`,
      { subject: `config "${name}"` },
    );
  }

  return {
    async create(config, by) {
      await checkIsOurs(config.name);
      const warnings = await checkStoredConfig(config);
      if (await configs.create(config.name, config, now(), by)) return warnings;
      throw new Fault(
        'conflict',
        `there is already a config "${config.name}": replace it with PUT, or choose another name`,
      );
    },
    async replace(name, config, how) {
      const warnings = await checkStoredConfig(config);
      if (config.name !== name) {
        const message = `must be "${name}", as in the address: a config keeps its name`;
        throw invalidRequest([{ pointer: '/name', message }]);
      }
      await checkIsOurs(name);
      if ((await configs.replace(name, config, now(), how)) !== undefined) return warnings;
      const stored = await configs.get(name);
      throw stored === undefined ? unknownConfig(name) : changed(name, stored.version);
    },
    async delete(name) {
      await checkIsOurs(name);
      if (!(await configs.delete(name))) throw unknownConfig(name);
    },
  };
}

export function unknownConfig(name: string): Fault {
  return new Fault('not-found', `there is no config "${name}"`, { subject: `config "${name}"` });
}

function changed(name: string, version: number): Fault {
  return new Fault(
    'precondition-failed',
    `config "${name}" is version ${version} by now: somebody stored it meanwhile; read it again and send that version`,
    { subject: `config "${name}"` },
  );
}
