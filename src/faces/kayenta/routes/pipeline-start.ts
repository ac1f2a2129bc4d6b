import type { KayentaAccounts } from '../use-cases/accounts.ts';
import type { KayentaConfigs } from '../use-cases/configs.ts';
import type { KayentaSubmit } from '../use-cases/submit.ts';
import type { Contract } from '../../../contract/contract.ts';
import { Fault } from '../../../errors.ts';
import { refused } from '../format/check-start.ts';
import type { KayentaOrigin } from '../format/origin.ts';
import type { components } from '../../../openapi.d.ts';
import { readPipeline, type PipelineStart } from '../answers/read-pipeline.ts';
import type { Handler } from '../../../http/operation.ts';

type Schemas = components['schemas'];

export interface KayentaPipelineStartDependencies {
  accounts: KayentaAccounts;
  configs: KayentaConfigs;
  contract: Contract;
  submit: KayentaSubmit;
  /** Whether standalone canary analyses can be started and read. */
  standaloneAnalysis: boolean;
}

const AD_HOC = 'ad-hoc';

/** `POST /pipelines/start`: what the pipeline holds is started as the routes for it would start it. */
export function createKayentaPipelineStart(
  dependencies: KayentaPipelineStartDependencies,
): Handler {
  const { accounts, submit, standaloneAnalysis } = dependencies;
  return async ({ body }) => {
    const sources = accounts
      .list()
      .filter(({ supportedTypes }) => supportedTypes.includes('METRICS_STORE'));
    const kinds = [...new Set(sources.map(({ type }) => type))];
    const start = readPipeline(body as Record<string, unknown>, kinds);
    if (start.kind === 'standalone' && !standaloneAnalysis) {
      throw refused(
        'Standalone canary analyses are switched off by kayenta.standaloneAnalysis: only standard canary pipelines can be started.',
      );
    }
    const id = await submit(await originOf(start, dependencies));
    return { status: 200, text: { type: 'text/plain', content: id } };
  };
}

async function originOf(
  start: PipelineStart,
  { accounts, configs, contract }: KayentaPipelineStartDependencies,
): Promise<KayentaOrigin> {
  const { kind, text } = start;
  const parent = text('parentPipelineExecutionId');
  const configurationAccount = text('configurationAccountName');
  const canaryConfigId = text('canaryConfigId') ?? AD_HOC;
  const common = {
    application: text('application') ?? AD_HOC,
    ...(parent === undefined ? {} : { parentPipelineExecutionId: parent }),
    metricsAccountName: accounts.resolve('METRICS_STORE', text('metricsAccountName')),
    storageAccountName: accounts.resolve('OBJECT_STORE', text('storageAccountName')),
    ...(configurationAccount === undefined
      ? {}
      : {
          configurationAccountName: accounts.resolve('CONFIGURATION_STORE', configurationAccount),
        }),
    canaryConfigId,
    config: await findConfig(),
  };
  if (kind === 'canary') {
    const name = 'canaryExecutionRequest';
    const request = read<Schemas['KayentaExecutionRequest']>('KayentaExecutionRequest', name);
    return { ...common, posted: { kind, request } };
  }
  const name = 'canaryAnalysisExecutionRequest.executionRequest';
  const request = read<Schemas['KayentaStandaloneRequest']>('KayentaStandaloneRequest', name);
  return { ...common, user: text('user') ?? 'anonymous', posted: { kind, request } };

  /** Old pipelines hold only the id of a config that is stored. */
  async function findConfig(): Promise<Schemas['KayentaConfig']> {
    if (start.config === undefined && canaryConfigId !== AD_HOC) return configs.get(canaryConfigId);
    return readSchema('KayentaConfig', 'canaryConfig', start.config);
  }

  function read<T>(schema: string, name: string): T {
    return readSchema(schema, name, start.request);
  }

  function readSchema<T>(schema: string, name: string, given: unknown): T {
    if (given === undefined || given === null) throw missing(name);
    const { value, violations } = contract.readSchemaLeniently(schema, given);
    if (violations.length === 0) return value as T;
    const places = violations.map(({ pointer, message }) => `${name}${pointer} ${message}`);
    throw new Fault('invalid-request', places.slice(0, 3).join('; '), { violations });
  }
}

function missing(name: string): Fault {
  return refused(
    `The pipeline holds no ${name}: only what was started by the routes of Kayenta can be started from it.`,
  );
}
