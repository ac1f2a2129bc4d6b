import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { endWithTests } from './end-with-tests.ts';

const BIN = fileURLToPath(new URL('../../bin/canary.js', import.meta.url));

export interface CanaryRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface CanaryOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
  /** For Node itself, before the program. */
  nodeArgs?: string[];
}

/** Nothing of the person who runs the tests, nor what she has written down for herself. */
const BARE = { PATH: process.env['PATH'] ?? '', XDG_CONFIG_HOME: '/nonexistent' };

/** Starts the real command; nothing of the caller's CANARY_ variables or colours reaches it. */
export function startCanary(
  args: string[],
  { cwd, env, nodeArgs = [] }: CanaryOptions = {},
): ChildProcessWithoutNullStreams {
  return endWithTests(
    spawn(process.execPath, [...nodeArgs, BIN, ...args], {
      cwd,
      env: { ...BARE, ...env },
    }),
  );
}

/** Runs the real command to its end. */
export async function runCanary(args: string[], options: CanaryOptions = {}): Promise<CanaryRun> {
  const child = startCanary(args, options);
  child.stdin.end(options.stdin ?? '');
  return endOf(child);
}

export async function endOf(child: ChildProcessWithoutNullStreams): Promise<CanaryRun> {
  const code = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return { code: await code, stdout: stdout(), stderr: stderr() };
}

/** Also works on a stream that the test has closed. */
function collect(stream: Readable): () => string {
  let all = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk;
  });
  return () => all;
}

/** What a question of ours ends with: what is taken without an answer. */
const QUESTION = /\? \[[^\]]+\] /g;

/**
 * Runs the command on a terminal of its own, which `script` of bsdutils (always there on Debian) makes. Each of the
 * answers is typed when it is asked for.
 */
export async function runOnTerminal(
  args: string[],
  { answers, ...options }: CanaryOptions & { answers?: readonly string[] },
): Promise<CanaryRun> {
  const command = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: options.cwd,
    env: { ...BARE, ...options.env },
  });
  if (answers === undefined) child.stdin.end(options.stdin ?? '');
  else answer(child, answers);
  return endOf(child);
}

function answer({ stdin, stdout }: ChildProcessWithoutNullStreams, answers: readonly string[]) {
  let shown = '';
  let given = 0;
  stdout.on('data', (chunk: string | Buffer) => {
    shown += String(chunk);
    const asked = shown.match(QUESTION)?.length ?? 0;
    for (; given < asked && given < answers.length; given += 1) stdin.write(`${answers[given]}\n`);
  });
}
