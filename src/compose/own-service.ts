import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService } from '../compose.ts';
import { loadServiceConfig } from '../main.ts';
import { createTelemetry } from '../telemetry.ts';

export interface OwnService {
  url: string;
  token: string;
  close(): Promise<void>;
}

/**
 * A service of this process alone: on a free loopback port, with a token that nobody else has, with these accounts, and
 * with a directory that goes with it. Nothing of the environment is read.
 */
export async function startOwnService(accounts: readonly object[]): Promise<OwnService> {
  const token = randomBytes(24).toString('hex');
  const directory = await mkdtemp(join(tmpdir(), 'canary-try-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const config = loadServiceConfig({
      env: {
        CANARY_SERVER_PORT: '0',
        CANARY_DATA_DIRECTORY: directory,
        CANARY_ACCOUNTS: JSON.stringify(accounts),
        CANARY_SERVER_TOKENS: '[{name: own, token: env:OWN_TOKEN}]',
        OWN_TOKEN: token,
        CANARY_LIMITS_REQUESTS_PER_MINUTE: '100000',
      },
    });
    const service = await createService(config, createTelemetry({ level: 'silent' }));
    const { url } = await service.start();
    const close = async () => {
      await service.close();
      await remove();
    };
    return { url, token, close };
  } catch (error) {
    await remove();
    throw error;
  }
}
