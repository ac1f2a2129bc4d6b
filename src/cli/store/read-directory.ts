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

/** The settings that a service would start with. */
export async function readSettings({ config }: PlaceOptions): Promise<Config> {
  const { loadServiceConfig } = await import('../../main.ts');
  return loadServiceConfig({
    ...(config === undefined ? {} : { configFile: config }),
    env: process.env,
  });
}
