import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithTests } from './end-with-tests.ts';
import { until } from './poll.ts';
import { TEST_SECRET } from './service.ts';

const COMMAND = fileURLToPath(new URL('../../bin/canary.js', import.meta.url));
const REHEARSED = fileURLToPath(new URL('./serve-rehearsed.ts', import.meta.url));
const LISTENS = /^canary-verdict listens on (\S+)$/m;

export interface ProcessEnd {
  /** Undefined when a signal ended it. */
  code: number | undefined;
  signal: string | undefined;
}

export interface ServeProcess {
  url: string;
  pid: number;
  /** All it has written to standard error so far: its log, and why it could not start. */
  log(): string;
  isAlive(): boolean;
  /** Sends the signal; answers how the process ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<ProcessEnd>;
  /** Sends the signal and does not wait. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
  ended: Promise<ProcessEnd>;
}

/** `canary serve` in a process of its own, on a free port, once it listens. */
export async function startServe(
  directory: string,
  env: Record<string, string> = {},
  args: string[] = [],
  command = COMMAND,
  node = process.execPath,
): Promise<ServeProcess> {
  return listening(spawnServe(directory, env, { node, args: [command, 'serve', ...args] }));
}

/** Another command that listens, such as a worker. */
export async function startCanary(
  directory: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<ServeProcess> {
  return listening(spawnServe(directory, env, { args: [COMMAND, ...args] }));
}

/** The same service, but a minute of its standalone canary analyses lasts so long; it knows no orderly stop. */
export async function startRehearsedServe(
  directory: string,
  minuteMs: number,
  env: Record<string, string> = {},
): Promise<ServeProcess> {
  const rehearsed = { ...env, REHEARSED_MINUTE_MS: String(minuteMs) };
  return listening(spawnServe(directory, rehearsed, { args: [REHEARSED] }));
}

async function listening(child: ReturnType<typeof spawnServe>): Promise<ServeProcess> {
  const output = textOf(child.stdout);
  const log = textOf(child.stderr);
  const ended = endOf(child);
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  await until('the service listens or has ended', () => LISTENS.test(output()) || !isAlive());
  const url = LISTENS.exec(output())?.[1];
  if (url === undefined) {
    await ended;
    throw new Error(`the service ended before it listened: ${log()}`);
  }
  return {
    url,
    pid: child.pid ?? 0,
    log,
    isAlive,
    ended,
    signal: (signal) => void child.kill(signal),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** How `canary serve` ends when it cannot start, and what it says then. */
export async function failToServe(
  directory: string,
  env: Record<string, string> = {},
  node = process.execPath,
): Promise<ProcessEnd & { said: string }> {
  const child = spawnServe(directory, env, { node, args: [COMMAND, 'serve'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const said = textOf(child.stderr);
  const end = await endOf(child);
  clearTimeout(timer);
  return { ...end, said: said() };
}

function spawnServe(
  directory: string,
  env: Record<string, string>,
  { node = process.execPath, args }: { node?: string; args: string[] },
) {
  return endWithTests(
    spawn(node, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        CANARY_SERVER_PORT: '0',
        CANARY_DATA_DIRECTORY: directory,
        CANARY_OUTBOUND_WEBHOOKS_ALLOW: '[127.0.0.0/8]',
        CANARY_WEBHOOKS_SECRETS: '{default: env:TEST_SECRET}',
        TEST_SECRET,
        ...env,
      },
    }),
  );
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return () => chunks.join('');
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? undefined, signal: signal ?? undefined };
}
