import type { components } from '../../../openapi.d.ts';

type Schemas = components['schemas'];

/** What only a client of the Kayenta API gave and asks back; the service itself decides nothing by it. */
export interface KayentaOrigin {
  application: string;
  parentPipelineExecutionId?: string;
  /** Of standalone analyses. */
  user?: string;
  /** Id of the stored config, or `ad-hoc`. */
  canaryConfigId: string;
  metricsAccountName: string;
  storageAccountName: string;
  configurationAccountName?: string;
  /** As posted, without unknown fields. */
  config: Schemas['KayentaConfig'];
  posted:
    | { kind: 'canary'; request: Schemas['KayentaExecutionRequest'] }
    | { kind: 'standalone'; request: Schemas['KayentaStandaloneRequest'] };
}
