import type { Config } from '../config.ts';
import { badKey } from '../settings/setting.ts';

/** What a process does: `api` answers requests, `worker` judges and delivers, `all` does both. */
export type Role = 'all' | 'api' | 'worker';

const COMMANDS: Record<Role, string> = {
  all: 'canary serve',
  api: 'canary serve --no-worker',
  worker: 'canary worker',
};

/** Refuses a process whose part cannot be played with these settings, by the key that is missing. */
export function checkRole(role: Role, { database, redis, server }: Config): void {
  const command = `"${COMMANDS[role]}"`;
  if (role !== 'all' && database.url === undefined)
    throw badKey('database.url', `must be set for ${command}: other processes share its store`);
  if (role !== 'all' && redis.url === undefined)
    throw badKey('redis.url', `must be set for ${command}: other processes share its queue`);
  if (role === 'worker' && server.publicUrl === undefined)
    throw badKey('server.publicUrl', `must be set for ${command}: events tell where reports are`);
  const signs = server.tokens.length > 0 && server.signingSecret === undefined;
  if (database.url !== undefined && signs)
    throw badKey(
      'server.signingSecret',
      'must be set where server.tokens and database.url are: all processes know sessions and report links by it',
    );
}
