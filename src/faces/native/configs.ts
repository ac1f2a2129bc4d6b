import type { ConfigChecks } from '../../analysis/accept/check-stored-config.ts';
import { extendConfig, type Profiles } from '../../analysis/profiles.ts';
import { unknownConfig, type KeepConfigs } from '../../analysis/configs/keep-configs.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import type { Warning } from '../../model/warning.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { components } from '../../openapi.d.ts';
import type { ConfigVersion, Store } from '../../store/store.ts';
import { formatStoredConfig } from './format.ts';
import { nextPage, picked } from './page.ts';
import { instant, optional } from './wire.ts';

type Schemas = components['schemas'];

export interface ConfigParts extends Pick<ConfigChecks, 'validateConfig'> {
  store: Store;
  profiles: Profiles;
  keepConfigs: KeepConfigs;
}

/** Handlers of stored configs, by operation id. */
export function configHandlers({
  store,
  validateConfig,
  profiles,
  keepConfigs,
}: ConfigParts): Handlers {
  const etagOf = (version: number) => ({ etag: `"${version}"` });
  const show = async (name: string, warnings: Warning[] = []): Promise<Answer> => {
    const stored = await store.configs.get(name);
    if (stored === undefined) throw unknownConfig(name);
    return {
      status: 200,
      headers: etagOf(stored.version),
      json: {
        ...formatStoredConfig(stored),
        ...(await expandedParts(stored.document as Schemas['CanaryConfig'], profiles)),
        ...(warnings.length === 0 ? {} : { warnings }),
      },
    };
  };
  return {
    async validateConfig({ body }) {
      const { violations, warnings } = await validateConfig(body);
      return { status: 200, json: { valid: violations.length === 0, violations, warnings } };
    },
    async createConfig({ body, caller }) {
      const config = body as Schemas['CanaryConfig'];
      const warnings = await keepConfigs.create(config, caller);
      const answer = await show(config.name, warnings);
      const location = `/api/v1/configs/${config.name}`;
      return { ...answer, status: 201, headers: { ...answer.headers, location } };
    },
    async listConfigs({ parameters }) {
      const limit = parameters['limit'] as number;
      const items = await store.configs.list({
        limit: limit + 1,
        ...picked<{ after: string }>(parameters, ['after']),
      });
      const page = items.slice(0, limit).map(formatStoredConfig);
      const more = items.length > limit ? { after: page.at(-1)?.name ?? '' } : undefined;
      return {
        status: 200,
        json: { items: page, ...nextPage('/api/v1/configs', parameters, more) },
      };
    },
    getConfig: ({ parameters }) => show(parameters['name'] as string),
    async replaceConfig({ parameters, body, caller }) {
      const name = parameters['name'] as string;
      const ifVersion = versionOf(parameters['if-match'] as string | undefined);
      const config = body as Schemas['CanaryConfig'];
      const warnings = await keepConfigs.replace(name, config, { by: caller, ifVersion });
      return show(name, warnings);
    },
    async listConfigVersions({ parameters }) {
      const name = parameters['name'] as string;
      const limit = parameters['limit'] as number;
      const before = picked<{ before: number }>(parameters, ['before']);
      const versions = await store.configs.versions(name, { limit: limit + 1, ...before });
      if (versions.length === 0 && before.before === undefined) throw unknownConfig(name);
      const page = versions.slice(0, limit).map(formatConfigVersion);
      const more = versions.length > limit ? { before: String(page.at(-1)!.version) } : undefined;
      const address = `/api/v1/configs/${name}/versions`;
      return {
        status: 200,
        json: { items: page, ...nextPage(address, { limit }, more) },
      };
    },
    async deleteConfig({ parameters }) {
      await keepConfigs.delete(parameters['name'] as string);
      return { status: 204 };
    },
  };
}

/** What its profile and the packs of a config bring, for who reads it. */
async function expandedParts(
  config: Schemas['CanaryConfig'],
  profiles: Profiles,
): Promise<Pick<Schemas['StoredConfig'], 'expandedMetrics' | 'extended'>> {
  const extended = extendConfig(config, profiles);
  return {
    ...(extended === config ? {} : { extended }),
    ...(config.use === undefined
      ? {}
      : { expandedMetrics: (await expandConfig(extended)).config.metrics }),
  };
}

/** Of `If-Match`: any where it is absent or `*`. */
function versionOf(ifMatch: string | undefined): number | undefined {
  return ifMatch === undefined || ifMatch === '*' ? undefined : Number(ifMatch.slice(1, -1));
}

function formatConfigVersion({ version, createdAt, by, document }: ConfigVersion) {
  return { version, createdAt: instant(createdAt), ...optional('by', by), config: document };
}
