import { parseOptions, usageFault } from '../parse-options.ts';
import { readStoreSettings } from '../store/read-directory.ts';

const OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const;

/** Reads what `canary export` has written into a store without rows. */
export async function importStore([file, ...args]: string[]): Promise<number> {
  if (file === undefined || file.startsWith('-'))
    throw usageFault('what "canary export" has written is needed', 'canary import');
  const settings = await readStoreSettings('import', parseOptions('import', OPTIONS, args));
  const { importFrom } = await import('../../compose/move-store.ts');
  const rows = await importFrom(file, settings);
  process.stdout.write(`${rows} rows of ${file} are in the store\n`);
  return 0;
}
