import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Fault } from '../../errors.ts';

/** Where everything is written. */
export interface TargetFiles {
  config: string;
  request: string;
  /** Settings of a service; undefined where a running one was asked. */
  service: string | undefined;
}

/** Names beside the config's: `canary.yaml` has `canary.request.yaml`. */
export function targetFiles(config: string, hasService: boolean): TargetFiles {
  if (!/\.ya?ml$/i.test(config)) {
    const near = config.replace(/\.[^./]*$/, '');
    throw new Fault(
      'invalid-request',
      `--out got "${config}", where a YAML file is needed; did you mean ${near}.yaml?`,
    );
  }
  const beside = (part: string) => config.replace(/(\.ya?ml)$/i, `.${part}$1`);
  return {
    config,
    request: beside('request'),
    service: hasService ? beside('service') : undefined,
  };
}

/** Nothing that somebody wrote is lost, and nobody waits for what cannot be kept. */
export function refuseExisting({ config, request, service }: TargetFiles): void {
  const there = [config, request, service].filter((file) => file !== undefined && existsSync(file));
  if (there.length === 0) return;
  throw new Fault(
    'invalid-request',
    `${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} there already: choose another name with --out, or overwrite with --force`,
  );
}

export async function writeTarget(file: string, text: string, isForced: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const { message } = error as Error;
    throw new Fault('invalid-request', `"${file}" cannot be written: ${message}`, { cause: error });
  }
}
