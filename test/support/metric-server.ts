import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithTests } from './end-with-tests.ts';
import { freePort } from './free-port.ts';

export interface RunningServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a metrics server on a free loopback port in a directory of its own, once it answers below
 * `readyPath`; `stop` ends it and removes the directory.
 */
export async function startMetricServer(
  directory: string,
  command: { name: string; args(address: string): string[]; readyPath: string },
): Promise<RunningServer> {
  const address = `127.0.0.1:${await freePort()}`;
  const server = endWithTests(
    spawn(command.name, command.args(address), {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const url = `http://${address}`;
  await untilReady(`${url}${command.readyPath}`, command.name, server);
  return {
    url,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, name: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && server.exitCode === null) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await delay(20);
  }
  server.kill('SIGKILL');
  throw new Error(`${name} did not become ready within 120 s`);
}
