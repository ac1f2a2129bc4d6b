import { Fault } from '../../errors.ts';
import { sealBundle, type SealedBundle } from '../../model/bundle.ts';
import type { Store } from '../../store/store.ts';
import { keep } from './keep.ts';

/**
 * An analysis that has ended with everything that its verdict came from and nothing else: no callback, no label, no
 * secret. Faults: those of `keep`, and `conflict` where runs that the judge had learned from are gone.
 */
export type ExportBundle = (id: string) => Promise<SealedBundle>;

export function createExportBundle({
  store,
  version,
}: {
  store: Pick<Store, 'analyses'>;
  /** Of this service. */
  version: string;
}): ExportBundle {
  return async (id) => {
    const { analysis, run, judgement, forgotten } = await keep(id, store);
    if (forgotten.length > 0) {
      const why = `analysis ${id} has learned from ${forgotten.length} earlier runs that are gone: its verdict cannot be repeated elsewhere`;
      throw new Fault('conflict', why, { subject: `analysis "${id}"` });
    }
    const { configName, configVersion, scopes } = analysis.snapshot;
    const history = run.history.map(({ analysisId, series }) => ({ analysisId, series }));
    return sealBundle({
      version,
      analysisId: id,
      configName,
      ...(configVersion === undefined ? {} : { configVersion }),
      scopes,
      run: { ...run, history },
      judgement,
    });
  };
}
