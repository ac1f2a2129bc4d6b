import { Fault } from '../errors.ts';
import {
  createKayentaAccountHandlers,
  type KayentaAccountsDependencies,
} from './kayenta-accounts.ts';
import {
  createKayentaCanaryHandlers,
  type KayentaCanariesDependencies,
} from './kayenta-canaries.ts';
import { createKayentaConfigHandlers, type KayentaConfigsDependencies } from './kayenta-configs.ts';
import { createKayentaImportHandlers, type KayentaImportDependencies } from './kayenta-import.ts';
import { createKayentaJudgeHandlers, type KayentaJudgesDependencies } from './kayenta-judges.ts';
import { createKayentaObjectHandlers, type KayentaObjectsDependencies } from './kayenta-objects.ts';
import {
  createKayentaPipelineHandlers,
  type KayentaPipelinesDependencies,
} from './kayenta-pipelines.ts';
import type { Handler, Handlers } from './operation.ts';

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
