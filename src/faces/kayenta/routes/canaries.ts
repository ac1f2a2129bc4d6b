import type { KayentaAccounts } from '../use-cases/accounts.ts';
import type { KayentaConfigs } from '../use-cases/configs.ts';
import type { JudgedLook, KayentaRead } from '../use-cases/read.ts';
import type { KayentaSubmit } from '../use-cases/submit.ts';
import { refused } from '../format/check-start.ts';
import type { KayentaOrigin } from '../format/origin.ts';
import type { components } from '../../../openapi.d.ts';
import { canaryRunOf, type NativeNames } from '../answers/canary-run.ts';
import { formatArchived, formatCanaryStatus } from '../answers/canary-status.ts';
import { formatArchivedStandalone, formatStandaloneStatus } from '../answers/standalone-status.ts';
import { statesOf } from '../answers/stages.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

type Schemas = components['schemas'];

export interface KayentaCanariesDependencies {
  accounts: KayentaAccounts;
  configs: KayentaConfigs;
  submit: KayentaSubmit;
  read: KayentaRead;
  /** Names this process: applications that a client leaves empty are called after it. */
  instanceId: string;
  now(): number;
}

const AD_HOC = 'ad-hoc';

/** `/canary` and `/standalone_canary_analysis`: start and read. */
export function createKayentaCanaryHandlers(dependencies: KayentaCanariesDependencies): Handlers {
  return { ...startHandlers(dependencies), ...readHandlers(dependencies) };
}

function startHandlers({
  accounts,
  configs,
  submit,
  instanceId,
}: KayentaCanariesDependencies): Handlers {
  const unnamed = `kayenta-${instanceId}`;
  const common = (call: Call) => {
    const parent = textOf(call, 'parentPipelineExecutionId');
    return {
      ...(parent === undefined ? {} : { parentPipelineExecutionId: parent }),
      metricsAccountName: accounts.resolve('METRICS_STORE', textOf(call, 'metricsAccountName')),
      storageAccountName: accounts.resolve('OBJECT_STORE', textOf(call, 'storageAccountName')),
    };
  };
  const stored = async (call: Call) => {
    const named = textOf(call, 'configurationAccountName');
    const accountNames = common(call);
    const configurationAccountName = accounts.resolve('CONFIGURATION_STORE', named);
    const canaryConfigId = textOf(call, 'canaryConfigId') ?? '';
    const config = await configs.get(canaryConfigId);
    return { ...accountNames, configurationAccountName, canaryConfigId, config };
  };
  const adHoc = <Request>(call: Call, origin: ReturnType<typeof common>) => {
    const body = call.body as {
      canaryConfig?: Schemas['KayentaConfig'];
      executionRequest?: Request;
    };
    const { canaryConfig: config, executionRequest: request } = body;
    if (config === undefined) throw refused('canaryConfig must be provided for ad-hoc requests');
    if (request === undefined) {
      throw refused('executionRequest must be provided for ad-hoc requests');
    }
    return { origin: { ...origin, canaryConfigId: AD_HOC, config }, request };
  };
  const start = async (origin: KayentaOrigin, name: string) => ({
    status: 200,
    json: { [name]: await submit(origin) },
  });
  return {
    async kayentaStartCanary(call) {
      const request = call.body as Schemas['KayentaExecutionRequest'];
      const application = textOf(call, 'application') || unnamed;
      const origin = { ...(await stored(call)), application };
      return start({ ...origin, posted: { kind: 'canary', request } }, 'canaryExecutionId');
    },
    kayentaStartAdHocCanary(call) {
      type Request = Schemas['KayentaExecutionRequest'];
      const { origin, request } = adHoc<Request>(call, common(call));
      const application = (textOf(call, 'application') ?? AD_HOC) || unnamed;
      const posted = { kind: 'canary' as const, request };
      return start({ ...origin, application, posted }, 'canaryExecutionId');
    },
    async kayentaStartStandalone(call) {
      const request = call.body as Schemas['KayentaStandaloneRequest'];
      const application = textOf(call, 'application') || AD_HOC;
      const origin = { ...(await stored(call)), application, user: textOf(call, 'user') ?? '' };
      const posted = { kind: 'standalone' as const, request };
      return start({ ...origin, posted }, 'canaryAnalysisExecutionId');
    },
    kayentaStartAdHocStandalone(call) {
      type Request = Schemas['KayentaStandaloneRequest'];
      const { origin, request } = adHoc<Request>(call, common(call));
      const application = textOf(call, 'application') || AD_HOC;
      const user = textOf(call, 'user') ?? '';
      const posted = { kind: 'standalone' as const, request };
      return start({ ...origin, application, user, posted }, 'canaryAnalysisExecutionId');
    },
  };
}

function readHandlers({ accounts, read, now }: KayentaCanariesDependencies): Handlers {
  const names = () => nativeNames(accounts);
  const resolveStorage = (call: Call) =>
    accounts.resolve('OBJECT_STORE', textOf(call, 'storageAccountName'));
  const show = ({ analysis, execution, judgement }: JudgedLook) =>
    formatCanaryStatus(canaryRunOf(analysis, execution, names()), judgement);
  return {
    async kayentaGetCanary(call) {
      resolveStorage(call);
      return {
        status: 200,
        json: await findCanary(textOf(call, 'canaryExecutionId') ?? '', read, show),
      };
    },
    async kayentaListCanaries(call) {
      resolveStorage(call);
      const limit = Math.min(Math.max(call.parameters['limit'] as number, 0), 1000);
      const page = Math.min(Math.max(call.parameters['page'] as number, 1), 1_000_000);
      const statuses = textOf(call, 'statuses');
      const found = await read.canaries({
        limit,
        offset: (page - 1) * limit,
        labels: { application: textOf(call, 'application') || AD_HOC },
        ...(statuses?.trim() ? { states: readStatuses(statuses) } : {}),
      });
      return { status: 200, json: found.map(show) };
    },
    async kayentaGetStandalone(call) {
      const named = textOf(call, 'storageAccountName');
      if (named !== undefined && named !== '') resolveStorage(call);
      const id = textOf(call, 'canaryAnalysisExecutionId') ?? '';
      const looks = await read.looks(id);
      if (looks === undefined) {
        const archived = (await read.archivedStandalone(id)) as Schemas['KayentaStandaloneStatus'];
        return { status: 200, json: formatArchivedStandalone(archived) };
      }
      const { analysis } = looks[0]!;
      const run = { analysis, looks, names: names(), at: now() };
      return { status: 200, json: formatStandaloneStatus(run) };
    },
  };
}

/** By the id of a canary, live or archived; an analysis of several looks is none. */
export async function findCanary(
  id: string,
  read: KayentaRead,
  show: (look: JudgedLook) => unknown,
): Promise<unknown> {
  const look = await read.canary(id);
  if (look !== undefined) return show(look);
  if ((await read.looks(id)) === undefined) {
    return formatArchived((await read.archived(id)) as Schemas['KayentaCanaryStatus']);
  }
  throw refused(
    `Only named pipelines of 'Standard Canary Pipeline' can be converted to a CanaryExecutionStatusResponse object, 'Standalone Canary Analysis Pipeline' received`,
  );
}

/** Accounts that a native analysis, which names none, is shown with. */
export function nativeNames(accounts: KayentaAccounts): NativeNames {
  const nameOf = (type: 'METRICS_STORE' | 'OBJECT_STORE') =>
    accounts.list().find(({ supportedTypes }) => supportedTypes.includes(type))?.name ?? '';
  return {
    metricsAccountName: nameOf('METRICS_STORE'),
    storageAccountName: nameOf('OBJECT_STORE'),
  };
}

function readStatuses(statuses: string) {
  return statuses.split(',').flatMap((word) => {
    const states = statesOf(word.trim().toLowerCase());
    if (states !== undefined) return states;
    throw refused(
      `No enum constant com.netflix.spinnaker.orca.api.pipeline.models.ExecutionStatus.${word.trim().toUpperCase()}`,
    );
  });
}

function textOf({ parameters }: Call, name: string): string | undefined {
  return parameters[name] as string | undefined;
}
