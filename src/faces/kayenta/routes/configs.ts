import type { KayentaAccounts } from '../use-cases/accounts.ts';
import type { KayentaConfigs } from '../use-cases/configs.ts';
import { instantText } from '../format/java-text.ts';
import type { components } from '../../../openapi.d.ts';
import { formatConfig } from '../answers/config.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

type Config = components['schemas']['KayentaConfig'];

export interface KayentaConfigsDependencies {
  configs: KayentaConfigs;
  accounts: KayentaAccounts;
}

/** `/canaryConfig`: every account of configs means the one store of this service. */
export function createKayentaConfigHandlers(dependencies: KayentaConfigsDependencies): Handlers {
  const { configs, accounts } = dependencies;
  const resolveAccount = ({ parameters }: Call) =>
    accounts.resolve(
      'CONFIGURATION_STORE',
      parameters['configurationAccountName'] as string | undefined,
    );
  const idOf = ({ parameters }: Call) => parameters['canaryConfigId'] as string;
  return {
    async kayentaListConfigs(call) {
      resolveAccount(call);
      const applications = (call.parameters['application'] as string[] | undefined) ?? [];
      const found = await configs.list(applications);
      const json = found.map(({ id, config, updatedAt }) => ({
        id,
        name: config.name,
        updatedTimestamp: updatedAt,
        updatedTimestampIso: instantText(updatedAt),
        applications: config.applications,
      }));
      return { status: 200, json };
    },
    async kayentaCreateConfig(call) {
      resolveAccount(call);
      return { status: 200, json: { canaryConfigId: await configs.create(call.body as Config) } };
    },
    async kayentaGetConfig(call) {
      resolveAccount(call);
      return { status: 200, json: formatConfig(await configs.get(idOf(call))) };
    },
    async kayentaReplaceConfig(call) {
      resolveAccount(call);
      await configs.replace(idOf(call), call.body as Config);
      return { status: 200, json: { canaryConfigId: idOf(call) } };
    },
    async kayentaDeleteConfig(call) {
      resolveAccount(call);
      await configs.delete(idOf(call));
      return { status: 204 };
    },
  };
}
