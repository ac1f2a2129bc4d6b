import { Fault } from '../../../errors.ts';
import { createKayentaAccountHandlers, type KayentaAccountsDependencies } from './accounts.ts';
import { createKayentaCanaryHandlers, type KayentaCanariesDependencies } from './canaries.ts';
import { createKayentaConfigHandlers, type KayentaConfigsDependencies } from './configs.ts';
import { createKayentaImportHandlers, type KayentaImportDependencies } from './import.ts';
import { createKayentaJudgeHandlers, type KayentaJudgesDependencies } from './judges.ts';
import { createKayentaObjectHandlers, type KayentaObjectsDependencies } from './objects.ts';
import { createKayentaPipelineHandlers, type KayentaPipelinesDependencies } from './pipelines.ts';
import type { Handler, Handlers } from '../../../http/operation.ts';

export type KayentaDependencies = KayentaAccountsDependencies &
  KayentaCanariesDependencies &
  KayentaConfigsDependencies &
  KayentaImportDependencies &
  KayentaJudgesDependencies &
  KayentaObjectsDependencies &
  KayentaPipelinesDependencies;

/** Handlers of the Kayenta API, by operation id. */
export function createKayenta(dependencies: KayentaDependencies): Handlers {
  return {
    ...createKayentaConfigHandlers(dependencies),
    ...createKayentaCanaryHandlers(dependencies),
    ...createKayentaObjectHandlers(dependencies),
    ...createKayentaJudgeHandlers(dependencies),
    ...createKayentaImportHandlers(dependencies),
    ...createKayentaAccountHandlers(dependencies),
    ...createKayentaPipelineHandlers(dependencies),
    ...(dependencies.standaloneAnalysis ? {} : STANDALONE_OFF),
  };
}

const refuseStandalone: Handler = async () => {
  const why = 'standalone canary analyses are switched off by kayenta.standaloneAnalysis';
  throw new Fault('not-found', why);
};

const STANDALONE_OFF: Handlers = {
  kayentaStartStandalone: refuseStandalone,
  kayentaStartAdHocStandalone: refuseStandalone,
  kayentaGetStandalone: refuseStandalone,
  kayentaPutStandalone: refuseStandalone,
};
