import {
  createKayentaAccountHandlers,
  type KayentaAccountsDependencies,
} from './kayenta-accounts.ts';
import {
  createKayentaCanaryHandlers,
  type KayentaCanariesDependencies,
} from './kayenta-canaries.ts';
import { createKayentaConfigHandlers, type KayentaConfigsDependencies } from './kayenta-configs.ts';
import { createKayentaJudgeHandlers, type KayentaJudgesDependencies } from './kayenta-judges.ts';
import { createKayentaObjectHandlers, type KayentaObjectsDependencies } from './kayenta-objects.ts';
import {
  createKayentaPipelineHandlers,
  type KayentaPipelinesDependencies,
} from './kayenta-pipelines.ts';
import type { Handlers } from './operation.ts';

export type KayentaDependencies = KayentaAccountsDependencies &
  KayentaCanariesDependencies &
  KayentaConfigsDependencies &
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
    ...createKayentaAccountHandlers(dependencies),
    ...createKayentaPipelineHandlers(dependencies),
  };
}
