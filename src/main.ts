import { createService, type Service } from './compose.ts';
import { FACE_SETTINGS } from './compose/faces.ts';
import type { Role } from './compose/roles.ts';
import { loadConfig, type Config, type ForeignFile } from './config.ts';
import { toFault } from './errors.ts';
import { createTelemetry } from './telemetry.ts';

/** sysexits.h: the configuration or the environment must change before another start can succeed. */
const EX_CONFIG = 78;
const CONFIGURATION_CODES = [
  'bad-configuration',
  'data-directory-locked',
  'schema-too-new',
  'store-full',
  'store-unavailable',
];
/** A closed service ends by then, also where a library still waits for a server that is away. */
const LINGER_MS = 1000;

export interface ServeOptions {
  configFile?: string;
  foreign?: ForeignFile;
  /** What this process does; all unless given. */
  role?: Role;
  env: NodeJS.ProcessEnv;
}

/** The settings that the service starts with. */
export function loadServiceConfig({ configFile, foreign, env }: ServeOptions): Config {
  return loadConfig({
    faces: FACE_SETTINGS,
    ...(configFile === undefined ? {} : { file: configFile }),
    ...(foreign === undefined ? {} : { foreign }),
    env,
  });
}

/** Runs the service until SIGTERM or SIGINT; resolves with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  try {
    const config = loadServiceConfig(options);
    const telemetry = createTelemetry({ level: config.log.level });
    for (const line of config.warnings) telemetry.log.warn(line);
    const service = await createService(config, telemetry, {}, options.role);
    const { url } = await start(service);
    const stopped = stopSignal(); // before anybody can know that there is something to stop
    process.stdout.write(`canary-verdict listens on ${url}\n`);
    const signal = await stopped;
    telemetry.log.info({ signal }, 'stopping');
    await service.close();
    setTimeout(() => process.exit(0), LINGER_MS).unref();
    return 0;
  } catch (error) {
    const fault = toFault(error);
    const isConfiguration = CONFIGURATION_CODES.includes(fault.code);
    process.stderr.write(
      `canary-verdict cannot start: ${isConfiguration ? fault.message : String(fault.stack)}\n`,
    );
    return isConfiguration ? EX_CONFIG : 1;
  }
}

/** What has been opened is closed when the start fails, or its connections would keep the process alive. */
async function start(service: Service): Promise<{ url: string }> {
  try {
    return await service.start();
  } catch (error) {
    await service.close();
    throw error;
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => resolve(signal));
  });
}
