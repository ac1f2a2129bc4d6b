import type { Calibrate } from '../../analysis/learn/calibrate.ts';
import type { Plan } from '../../analysis/learn/plan.ts';
import type { components } from '../../openapi.d.ts';
import type { Handlers } from '../../http/operation.ts';

type Schemas = components['schemas'];

export interface PlanningParts {
  plan: Plan;
  calibrate: Calibrate;
}

/** Handlers of what the native API tells from history, by operation id. */
export function planningHandlers({ plan, calibrate }: PlanningParts): Handlers {
  return {
    plan: async ({ body, signal }) => ({
      status: 200,
      json: await plan(body as Schemas['PlanRequest'], signal),
    }),
    calibrate: async ({ body, signal }) => ({
      status: 200,
      json: await calibrate(body as Schemas['CalibrationRequest'], signal),
    }),
  };
}
