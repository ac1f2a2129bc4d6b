import { createImportBundle } from '../analysis/again/import-bundle.ts';
import { createRejudge, type RejudgeDependencies } from '../analysis/again/rejudge.ts';
import { createJudgePairs, type JudgePairsDependencies } from '../analysis/judge-pairs.ts';
import { createCalibrate, type CalibrateDependencies } from '../analysis/learn/calibrate.ts';
import { createPlan, type PlanDependencies } from '../analysis/learn/plan.ts';
import { createJudges } from '../judges/registry.ts';

type Parts = RejudgeDependencies &
  JudgePairsDependencies &
  PlanDependencies &
  Omit<CalibrateDependencies, 'judges'>;

/** The use cases that judge what is there already: given series, stored ones, and history for planning. */
export function createJudgingOfPast(parts: Parts) {
  return {
    judgePairs: createJudgePairs(parts),
    rejudge: createRejudge(parts),
    importBundle: createImportBundle(parts),
    plan: createPlan(parts),
    calibrate: createCalibrate({ ...parts, judges: createJudges() }),
  };
}
