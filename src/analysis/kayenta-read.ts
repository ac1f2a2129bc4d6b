import { Fault } from '../errors.ts';
import type { ExecutionResult } from '../model/analysis.ts';
import type { Claim, ExecutionFilter, Store } from '../store/store.ts';

/** One look with its analysis, and its result when it was judged. */
export interface JudgedLook extends Claim {
  result: ExecutionResult | undefined;
}

export interface KayentaRead {
  /** By the id of an execution; undefined when there is none. */
  canary(id: string): Promise<JudgedLook | undefined>;
  canaries(filter: ExecutionFilter): Promise<JudgedLook[]>;
  /** All looks of an analysis in the order of time; undefined when there is no such analysis. */
  looks(analysisId: string): Promise<JudgedLook[] | undefined>;
  /** What a client has stored by an id. Fault: `not-found`. */
  archived(id: string): Promise<unknown>;
  /** A standalone analysis that ran elsewhere. Fault: `not-found`. */
  archivedStandalone(id: string): Promise<unknown>;
}

export function createKayentaRead(store: Store): KayentaRead {
  const judged = async (claim: Claim): Promise<JudgedLook> => {
    const { id, state } = claim.execution;
    const result = state === 'completed' ? await store.analyses.result(id) : undefined;
    return { ...claim, result };
  };
  return {
    async canary(id) {
      const claim = await store.executions.get(id);
      return claim && judged(claim);
    },
    canaries: async (filter) => Promise.all((await store.executions.list(filter)).map(judged)),
    async looks(analysisId) {
      const analysis = await store.analyses.get(analysisId);
      if (analysis === undefined) return undefined;
      const executions = await store.analyses.executions(analysisId);
      return Promise.all(executions.map((execution) => judged({ analysis, execution })));
    },
    async archived(id) {
      const object = await store.kayentaObjects.get('archived-result', id);
      if (object !== undefined) return object.document;
      if ((await store.kayentaObjects.get('judge-comparison', id)) !== undefined) {
        throw new Fault(
          'invalid-request',
          `Unable to find StageExecution 'mixMetrics' in pipeline ID '${id}'`,
        );
      }
      throw new Fault('not-found', `No PIPELINE found for ${id}`);
    },
    async archivedStandalone(id) {
      const object = await store.kayentaObjects.get('archived-standalone', id);
      if (object !== undefined) return object.document;
      throw new Fault('not-found', `No PIPELINE found for ${id}`);
    },
  };
}
