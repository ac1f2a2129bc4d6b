import type { Config } from '../../config.ts';
import { usageFault } from '../parse-options.ts';

export interface PlaceOptions {
  data?: string | undefined;
  config?: string | undefined;
}

/** The data directory that is named, or that of the settings. */
export async function readDirectory(command: string, options: PlaceOptions): Promise<string> {
  if (options.data === undefined) return (await readSettings(options)).data.directory;
  if (options.config === undefined) return options.data;
  throw usageFault('--data and --config exclude each other', `canary ${command}`);
}

/** Where a store is: the data directory that is named, or what the settings say. */
export async function readStoreSettings(
  command: string,
  options: PlaceOptions,
): Promise<Pick<Config, 'data' | 'database'>> {
  const settings = await readSettings(options.data === undefined ? options : {});
  if (options.data === undefined) return settings;
  const directory = await readDirectory(command, options);
  return {
    data: { ...settings.data, directory },
    database: { ...settings.database, url: undefined },
  };
}

/** The settings that a service would start with. */
export async function readSettings({ config }: PlaceOptions): Promise<Config> {
  const { loadServiceConfig } = await import('../../main.ts');
  return loadServiceConfig({
    ...(config === undefined ? {} : { configFile: config }),
    env: process.env,
  });
}
