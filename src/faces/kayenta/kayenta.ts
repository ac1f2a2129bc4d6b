import type { Profiles } from '../../analysis/profiles.ts';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Judging } from '../../analysis/judging/judging.ts';
import type { Cancel, CancelDependencies } from '../../analysis/cancel.ts';
import { createJudgeForKayenta } from './use-cases/judge-given.ts';
import { createKayentaAccounts, type KayentaAccount } from './use-cases/accounts.ts';
import { createKayentaCancel } from './use-cases/cancel.ts';
import { createKayentaConfigs } from './use-cases/configs.ts';
import { createKayentaFetch } from './use-cases/fetch.ts';
import { createKayentaJudge } from './use-cases/judge.ts';
import { createKayentaRead } from './use-cases/read.ts';
import { createKayentaSubmit, type KayentaSubmitDependencies } from './use-cases/submit.ts';
import type { ProcessingSwitch } from '../../analysis/run/processing-switch.ts';
import type { Config } from '../../config.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Face } from '../../http/face.ts';
import type { AnyJudge, JudgeFactory } from '../../judges/judge.ts';
import type { OutboundClient } from '../../outbound/client.ts';
import { kayentaDialect } from './dialect.ts';
import { createRemoteJudgeFactory } from './remote-judge/remote-judge.ts';
import { createKayenta } from './routes/routes.ts';
import { kayentaSettings, kayentaSettingsOf } from './settings.ts';
import type { Handlers } from '../../http/operation.ts';
import { tellAddress } from '../../outbound/tell-address.ts';

export type KayentaParts = CancelDependencies &
  Omit<KayentaSubmitDependencies, 'callbacks' | 'configs'> & {
    cancel: Cancel;
    contract: Contract;
    judging: Judging;
    processing: ProcessingSwitch;
    profiles: Profiles;
  };

/** The Kayenta API: another face over the same store, queue, judges and sources. */
export const kayentaFace = {
  create: (config: Config, parts: KayentaParts): Face => ({
    handlers: createHandlers(config, parts),
    dialect: kayentaDialect,
  }),
  settings: kayentaSettings,
  /** The judge that is elsewhere, where it is configured. */
  judges(config: Config, client: OutboundClient): JudgeFactory<AnyJudge>[] {
    const { url } = kayentaSettingsOf(config).remoteJudge;
    return url === undefined ? [] : [createRemoteJudgeFactory({ url, client })];
  },
};

function createHandlers(config: Config, parts: KayentaParts): Handlers {
  const { store, judges, judging, contract, processing, log, now } = parts;
  const { callbacks, standaloneAnalysis } = kayentaSettingsOf(config).kayenta;
  const configs = createKayentaConfigs(parts);
  return createKayenta({
    configs,
    accounts: createKayentaAccounts(listAccounts(config)),
    cancel: createKayentaCancel(parts, parts.cancel),
    fetch: createKayentaFetch(parts),
    judge: createKayentaJudge({ ...parts, configs }),
    judgeFor: createJudgeForKayenta(judges, judging),
    judgeNames: judges.names(),
    read: createKayentaRead(store),
    submit: createKayentaSubmit({ ...parts, callbacks, configs }),
    contract,
    standaloneAnalysis,
    instanceId: `${randomUUID()}@${hostname()}`,
    processing,
    log,
    store,
    now,
  });
}

const OWN_ACCOUNT = {
  name: 'canary-verdict',
  supportedTypes: ['OBJECT_STORE', 'CONFIGURATION_STORE'],
} as const;

function listAccounts(config: Config): KayentaAccount[] {
  const { kayenta } = kayentaSettingsOf(config);
  return [
    ...config.accounts.map(({ name, source, url, username }) => ({
      name,
      type: source === 'stackdriver' ? 'google' : source, // accounts and queries of it differ in Kayenta
      supportedTypes: ['METRICS_STORE' as const],
      // databases have no address that a client of Kayenta knows what to do with
      ...(/^https?:/.test(url) ? { baseUrl: tellAddress(url, []).replace(/\/$/, '') } : {}),
      ...(username === undefined ? {} : { username }),
    })),
    ...(kayenta.accounts.length > 0 ? kayenta.accounts : [OWN_ACCOUNT]).map(
      ({ name, supportedTypes }) => ({
        name,
        type: 'canary-verdict',
        supportedTypes: [...supportedTypes],
      }),
    ),
  ];
}
