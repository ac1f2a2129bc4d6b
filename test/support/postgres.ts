import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { endWithTests } from './end-with-tests.ts';
import { freePort } from './free-port.ts';
import { until } from './poll.ts';

const PROGRAMS = '/usr/lib/postgresql/15/bin';

/** A value for `skip`: false where the tests can run, else what to do. */
export const POSTGRES_MISSING = existsSync(join(PROGRAMS, 'postgres'))
  ? false
  : 'needs PostgreSQL 15: apt-get install postgresql';

export interface PostgresServer {
  /** An empty database of its own; answers its URL. */
  createDatabase(): Promise<string>;
  /** Runs SQL beside whoever is tested. */
  query<Row extends object>(url: string, sql: string): Promise<Row[]>;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Ends and starts it; connections break, and what was committed is there again. */
  restart(): Promise<void>;
  /** Kills it and removes its files. */
  stop(): Promise<void>;
}

/** A real PostgreSQL of its own on a free loopback port. It refuses to run as root, so another user does it then. */
export async function startPostgres(settings: string[] = []): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'canary-postgres-'));
  const as = await otherThanRoot(directory);
  const data = join(directory, 'data');
  const initdb = [join(PROGRAMS, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '-N'];
  await run([...as, ...initdb, '--locale=C.UTF-8'], directory);
  const port = await freePort();
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const where = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory];
  const tuned = ['fsync=off', ...settings].flatMap((setting) => ['-c', setting]);
  const command = [...as, join(PROGRAMS, 'postgres'), ...where, ...tuned];
  const launch = async () => {
    const [program = '', ...args] = command;
    const child = endWithTests(spawn(program, args, { stdio: 'ignore', cwd: directory }));
    await until('postgres answers', () => query(urlOf('postgres'), 'select 1').catch(() => false));
    return child;
  };
  let server = await launch();
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const name = `canary_${databases}`;
      await query(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    query,
    kill: () => end(server, 'SIGQUIT'),
    async restart() {
      await end(server, 'SIGINT');
      server = await launch();
    },
    async stop() {
      await end(server, 'SIGQUIT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Whose files they are, and the beginning of a command that runs as that user. */
async function otherThanRoot(directory: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number(await run(['id', flag, 'postgres'], directory))),
  );
  chownSync(directory, uid!, gid!);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}

async function run([program = '', ...args]: string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(program, args, { cwd })).stdout;
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** SIGINT breaks all connections and shuts down in order; SIGQUIT is a crash. */
async function end(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}
