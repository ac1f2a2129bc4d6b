import type { RunOfConfig } from '../model/run-of-config.ts';
import type { Store } from '../store/store.ts';

export type RunsOfConfig = (config: string, limit: number) => Promise<RunOfConfig[]>;

/** The last analyses of a config with their newest judgements, newest first. */
export function createRunsOfConfig({ store: { analyses } }: { store: Store }): RunsOfConfig {
  return async (config, limit) => {
    const found = await analyses.list({ config, limit });
    const judged = await Promise.all(
      found.map(async ({ id }) => {
        const executions = await analyses.executions(id);
        return executions.findLast(({ state }) => state === 'completed')?.id;
      }),
    );
    const judgements = await analyses.judgements(judged.filter((id) => id !== undefined));
    return found.map((analysis, index) => {
      const judgement = judgements.get(judged[index] ?? '');
      return judgement === undefined ? { analysis } : { analysis, judgement };
    });
  };
}
