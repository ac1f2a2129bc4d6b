import { Fault } from '../../../errors.ts';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import type { Claim, ExecutionFilter, Store } from '../../../store/store.ts';

/** One look with its analysis, and its judgement when it has one. */
export interface JudgedLook extends Claim {
  judgement: Judgement | undefined;
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
  const judged = async (claims: Claim[]): Promise<JudgedLook[]> => {
    const completed = claims.filter(({ execution }) => execution.state === 'completed');
    const judgements = await store.analyses.judgements(
      completed.map(({ execution }) => execution.id),
    );
    return claims.map((claim) => ({ ...claim, judgement: judgements.get(claim.execution.id) }));
  };
  return {
    async canary(id) {
      const claim = await store.executions.get(id);
      return claim && (await judged([claim]))[0];
    },
    canaries: async (filter) => judged(await store.executions.list(filter)),
    async looks(analysisId) {
      const analysis = await store.analyses.get(analysisId);
      if (analysis === undefined) return undefined;
      const executions = await store.analyses.executions(analysisId);
      return judged(executions.map((execution) => ({ analysis, execution })));
    },
    async archived(id) {
      const object = await store.objects.get('archived-result', id);
      if (object !== undefined) return object.document;
      if ((await store.objects.get('judge-comparison', id)) !== undefined) {
        throw new Fault(
          'invalid-request',
          `Unable to find StageExecution 'mixMetrics' in pipeline ID '${id}'`,
        );
      }
      throw new Fault('not-found', `No PIPELINE found for ${id}`);
    },
    async archivedStandalone(id) {
      const object = await store.objects.get('archived-standalone', id);
      if (object !== undefined) return object.document;
      throw new Fault('not-found', `No PIPELINE found for ${id}`);
    },
  };
}
