import { extendConfig, type Profiles } from '../../../analysis/profiles.ts';
import type { CanaryConfig } from '../../../model/config.ts';
import { parseConfig } from '../../../model/native-format.ts';
import { expandConfig } from '../../../packs/expand-config.ts';
import type { components } from '../../../openapi.d.ts';
import type { Store, StoredConfig } from '../../../store/store.ts';
import { formatNativeConfig } from '../answers/config.ts';
import { refused } from '../format/check-start.ts';

type Schemas = components['schemas'];

/** A config of the native API as a client of Kayenta's sees it, and as it is judged. */
export interface NativeConfig {
  id: string;
  updatedAt: number;
  /** Which version of it this is. */
  version: number;
  /** In Kayenta's form, as far as it has a place there. */
  shown: Schemas['KayentaConfig'];
  config: CanaryConfig;
}

export interface NativeConfigs {
  /** Those that one of the applications may name; without applications, all of them. */
  list(applications: readonly string[]): Promise<NativeConfig[]>;
  /** By an id that `list` has told; undefined for every other. */
  find(id: string): Promise<NativeConfig | undefined>;
}

/** No id that Kayenta makes begins like this. */
const PREFIX = 'native:';
const PAGE = 200;

/** Configs of the native API under ids of their own: to read and to start, not to write. */
export function createNativeConfigs(
  { configs }: Pick<Store, 'configs'>,
  profiles: Profiles,
): NativeConfigs {
  return {
    async list(applications) {
      const found: NativeConfig[] = [];
      for (let after: string | undefined; ;) {
        const page = await configs.list({
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        });
        const wanted = page.filter((one) => isFor(one, applications));
        found.push(...(await Promise.all(wanted.map((one) => show(one, applications, profiles)))));
        if (page.length < PAGE) return found;
        after = page.at(-1)!.name;
      }
    },
    async find(id) {
      if (!isNativeId(id)) return undefined;
      const stored = await configs.get(id.slice(PREFIX.length));
      return stored && (await show(stored, [], profiles));
    },
  };
}

/** Fault `invalid-request`: what has such an id is written by the native API. */
export function refuseNativeId(id: string): void {
  if (!isNativeId(id)) return;
  throw refused(
    `'${id}' is a config of the native API, and read-only here: change it at /api/v1/configs/${id.slice(PREFIX.length)}.`,
  );
}

function isNativeId(id: string): boolean {
  return id.startsWith(PREFIX);
}

function isFor(stored: StoredConfig, asked: readonly string[]): boolean {
  const own = wireOf(stored).applications;
  return asked.length === 0 || own === undefined || own.some((name) => asked.includes(name));
}

/** A config for every application is told as one for those that were asked for. */
async function show(
  stored: StoredConfig,
  asked: readonly string[],
  profiles: Profiles,
): Promise<NativeConfig> {
  const { name, updatedAt, version } = stored;
  const id = PREFIX + name;
  const wire = wireOf(stored);
  const config = parseConfig((await expandConfig(extendConfig(wire, profiles))).config);
  const shown = { ...formatNativeConfig(config, [...(wire.applications ?? asked)]), id };
  return { id, updatedAt, version, shown, config };
}

/** Was checked when it was stored. */
function wireOf({ document }: StoredConfig): Schemas['CanaryConfig'] {
  return document as Schemas['CanaryConfig'];
}
