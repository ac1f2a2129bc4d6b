import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningService {
  url: string;
  stop(): Promise<void>;
}

/** `canary serve` in a process of its own, with its embedded store in a new directory. */
export async function startService(webhookSecret: string): Promise<RunningService> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-demo-'));
  const command = fileURLToPath(new URL('../../bin/canary.js', import.meta.url));
  const child = spawn(process.execPath, [command, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      CANARY_SERVER_PORT: '0',
      CANARY_DATA_DIRECTORY: directory,
      CANARY_LOG_LEVEL: 'warn',
      // instances and deployer live on this machine
      CANARY_OUTBOUND_SCRAPE_ALLOW: '[127.0.0.0/8]',
      CANARY_OUTBOUND_WEBHOOKS_ALLOW: '[127.0.0.0/8]',
      CANARY_WEBHOOKS_SECRETS: '{default: env:DEMO_WEBHOOK_SECRET}',
      DEMO_WEBHOOK_SECRET: webhookSecret,
    },
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) =>
      Promise.reject(new Error(`the service ended with code ${String(code)} before it listened`)),
    ),
  ])) as [string];
  return {
    url: line.slice(line.indexOf('http')),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
