import type { Origin } from '../../../model/origin.ts';
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

const FACE = 'kayenta';

/** What can be told of a run that was not started here stays away. */
export function kayentaOrigin(given: Pick<KayentaOrigin, 'config'>): Origin {
  return { face: FACE, given };
}

/** What this face was given, or undefined where another one started the analysis. */
export function kayentaOriginOf({
  origin,
}: {
  origin?: Origin | undefined;
}): KayentaOrigin | undefined {
  return origin?.face === FACE ? (origin.given as KayentaOrigin) : undefined;
}
