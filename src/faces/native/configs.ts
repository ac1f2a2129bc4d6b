import type { ConfigChecks } from '../../analysis/accept/check-stored-config.ts';
import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import { Fault } from '../../errors.ts';
import type { Answer, Handlers } from '../../http/operation.ts';
import type { Warning } from '../../model/warning.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import { formatStoredConfig } from './format.ts';
import { nextPage, picked } from './page.ts';

type Schemas = components['schemas'];

export interface ConfigParts extends ConfigChecks {
  store: Store;
  now(): number;
}

/** Handlers of stored configs, by operation id. */
export function configHandlers({
  store,
  checkStoredConfig,
  validateConfig,
  now,
}: ConfigParts): Handlers {
  const unknown = (name: string) =>
    new Fault('not-found', `there is no config "${name}"`, { subject: `config "${name}"` });
  const show = async (name: string, warnings: Warning[] = []): Promise<Answer> => {
    const stored = await store.configs.get(name);
    if (stored === undefined) throw unknown(name);
    return {
      status: 200,
      json: {
        ...formatStoredConfig(stored),
        ...(await expandedMetrics(stored.document as Schemas['CanaryConfig'])),
        ...(warnings.length === 0 ? {} : { warnings }),
      },
    };
  };
  return {
    async validateConfig({ body }) {
      const { violations, warnings } = await validateConfig(body);
      return { status: 200, json: { valid: violations.length === 0, violations, warnings } };
    },
    async createConfig({ body }) {
      const config = body as Schemas['CanaryConfig'];
      const warnings = await checkStoredConfig(config);
      if (!(await store.configs.create(config.name, config, now()))) {
        throw new Fault(
          'conflict',
          `there is already a config "${config.name}": replace it with PUT, or choose another name`,
        );
      }
      return {
        ...(await show(config.name, warnings)),
        status: 201,
        headers: { location: `/api/v1/configs/${config.name}` },
      };
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
    async replaceConfig({ parameters, body }) {
      const name = parameters['name'] as string;
      const config = body as Schemas['CanaryConfig'];
      const warnings = await checkStoredConfig(config);
      if (config.name !== name) {
        throw invalidRequest([
          {
            pointer: '/name',
            message: `must be "${name}", as in the address: a config keeps its name`,
          },
        ]);
      }
      if ((await store.configs.replace(name, config, now())) === undefined) throw unknown(name);
      return show(name, warnings);
    },
    async deleteConfig({ parameters }) {
      const name = parameters['name'] as string;
      if (!(await store.configs.delete(name))) throw unknown(name);
      return { status: 204 };
    },
  };
}

/** What the packs of a config bring, for who reads it. */
async function expandedMetrics(
  config: Schemas['CanaryConfig'],
): Promise<Pick<Schemas['StoredConfig'], 'expandedMetrics'>> {
  if (config.use === undefined) return {};
  return { expandedMetrics: (await expandConfig(config)).config.metrics };
}
