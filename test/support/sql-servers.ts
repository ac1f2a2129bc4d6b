import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endWithTests } from './end-with-tests.ts';
import { until } from './poll.ts';

const POSTGRES = '/usr/lib/postgresql/15/bin';
const MARIADB = '/usr/sbin/mariadbd';

/** Values for `skip`: false where the server can be started, else what to do. */
export const POSTGRES_SKIP: string | false = existsSync(join(POSTGRES, 'postgres'))
  ? false
  : 'needs PostgreSQL 15: apt-get install postgresql';
export const MARIADB_SKIP: string | false = existsSync(MARIADB)
  ? false
  : 'needs MariaDB: apt-get install mariadb-server';

export interface SqlServer {
  port: number;
  stop(): Promise<void>;
}

/** A real PostgreSQL on a free loopback port; user `postgres` needs no password, all others do. */
export async function startPostgresServer(): Promise<SqlServer> {
  const { directory, as } = await placeFor('postgres');
  const data = join(directory, 'data');
  const init = [join(POSTGRES, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'];
  await run([...as, ...init], directory);
  const port = await freePort();
  const at = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    directory,
    '-c',
    'fsync=off',
  ];
  const { default: pg } = await import('pg');
  return launch([...as, join(POSTGRES, 'postgres'), ...at], directory, port, async () => {
    const client = new pg.Client({ port, host: '127.0.0.1', user: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
  });
}

/** A real MariaDB on a free loopback port; user `root` needs no password. */
export async function startMariadb(): Promise<SqlServer> {
  const { directory, as } = await placeFor('mysql');
  const data = join(directory, 'data');
  const files = [`--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=normal'];
  await run([...as, 'mariadb-install-db', '--no-defaults', ...files], directory);
  const port = await freePort();
  const at = [
    '--no-defaults',
    `--datadir=${data}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${join(directory, 'socket')}`,
    `--pid-file=${join(directory, 'pid')}`,
    '--innodb-flush-method=nosync',
  ];
  const { default: mysql } = await import('mysql2/promise');
  return launch([...as, MARIADB, ...at], directory, port, async () => {
    const client = await mysql.createConnection({ port, host: '127.0.0.1', user: 'root' });
    await client.end();
  });
}

async function launch(
  command: string[],
  cwd: string,
  port: number,
  ask: () => Promise<void>,
): Promise<SqlServer> {
  const [program = '', ...args] = command;
  const server = endWithTests(spawn(program, args, { stdio: 'ignore', cwd }));
  const isUp = () =>
    ask().then(
      () => true,
      () => false,
    );
  await until(`${program} answers`, isUp);
  return {
    port,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** A directory of its own, and the beginning of a command that runs as this user where root would be refused. */
async function placeFor(user: string): Promise<{ directory: string; as: string[] }> {
  const directory = mkdtempSync(join(tmpdir(), `canary-${user}-`));
  if (process.getuid?.() !== 0) return { directory, as: [] };
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number(await run(['id', flag, user], directory))),
  );
  chownSync(directory, uid!, gid!);
  return { directory, as: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] };
}

async function run([program = '', ...args]: string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(program, args, { cwd })).stdout;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
