import type { Violation } from '../../errors.ts';
import type { AnalysisSummary } from '../../model/analysis.ts';
import type { Warning } from '../../model/warning.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { components } from '../../openapi.d.ts';
import type { ConfigVersion, Store, StoredConfig } from '../../store/store.ts';
import type { ValidateConfig } from '../accept/check-stored-config.ts';
import { extendConfig, type Profiles } from '../profiles.ts';
import { unknownConfig, type FileOf } from './keep-configs.ts';

type Config = components['schemas']['CanaryConfig'];

/** A config in a list. */
export interface ListedConfig extends Pick<StoredConfig, 'name' | 'version' | 'updatedAt'> {
  owner?: string;
  profile?: string;
  /** The file that it comes from. */
  file?: string;
  /** Its last analyses, newest first. */
  latest: AnalysisSummary[];
}

/** One config with all that is known of it. */
export interface ConfigDetail extends StoredConfig {
  file?: string;
  /** Newest first. */
  versions: ConfigVersion[];
  /** Newest first. */
  runs: AnalysisSummary[];
  /** As it is judged, with what its profile and its packs bring; absent where that is nothing. */
  whole?: unknown;
  /** What is wrong with it by the rules of this version of the service, and what may be meant otherwise. */
  violations: Violation[];
  warnings: Warning[];
}

/** Reads configs for people. */
export interface BrowseConfigs {
  /** One page, ascending by name. */
  list(after?: string): Promise<{ items: ListedConfig[]; next?: string }>;
  /** Fault `not-found`; so too below. */
  detail(name: string): Promise<ConfigDetail>;
  version(name: string, version: number): Promise<ConfigVersion | undefined>;
}

const PAGE = 50;
const LATEST = 30;
const VERSIONS = 50;

export function createBrowseConfigs(dependencies: {
  store: Store;
  profiles: Profiles;
  fileOf: FileOf;
  validateConfig: ValidateConfig;
}): BrowseConfigs {
  const { store, profiles, fileOf, validateConfig } = dependencies;
  const latestOf = (config: string) => store.analyses.list({ config, limit: LATEST });

  async function show(stored: StoredConfig): Promise<ListedConfig> {
    const { name, version, updatedAt } = stored;
    const document = stored.document as Config;
    const { owner } = extendConfig(document, profiles);
    const [file, latest] = await Promise.all([fileOf(name), latestOf(name)]);
    return {
      name,
      version,
      updatedAt,
      latest,
      ...(owner === undefined ? {} : { owner }),
      ...(document.extends === undefined ? {} : { profile: document.extends }),
      ...(file === undefined ? {} : { file }),
    };
  }

  return {
    async list(after) {
      const page = after === undefined ? {} : { after };
      const found = await store.configs.list({ limit: PAGE + 1, ...page });
      const items = await Promise.all(found.slice(0, PAGE).map(show));
      const last = items.at(-1);
      return found.length > PAGE && last !== undefined ? { items, next: last.name } : { items };
    },
    async detail(name) {
      const stored = await store.configs.get(name);
      if (stored === undefined) throw unknownConfig(name);
      const [versions, runs, file, checked, whole] = await Promise.all([
        store.configs.versions(name, { limit: VERSIONS }),
        latestOf(name),
        fileOf(name),
        validateConfig(stored.document),
        wholeOf(stored.document as Config, profiles),
      ]);
      return {
        ...stored,
        versions,
        runs,
        ...checked,
        ...(whole === undefined ? {} : { whole }),
        ...(file === undefined ? {} : { file }),
      };
    },
    async version(name, version) {
      const [found] = await store.configs.versions(name, { limit: 1, before: version + 1 });
      return found?.version === version ? found : undefined;
    },
  };
}

async function wholeOf(document: Config, profiles: Profiles): Promise<unknown> {
  const extended = extendConfig(document, profiles);
  if (document.use === undefined) return extended === document ? undefined : extended;
  const { config, violations } = await expandConfig(extended);
  return violations.length > 0 ? undefined : config;
}
