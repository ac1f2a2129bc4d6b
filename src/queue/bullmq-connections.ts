import { Cluster, Redis } from 'ioredis';
import { Fault, toFault } from '../errors.ts';
import type { Log } from '../telemetry.ts';

/** A Redis, or a Redis Cluster: commands and events are the same. */
export type Connection = Redis | Cluster;

export interface RedisPlace {
  /** Of the server, or of one node of the cluster; its user, password and database also where sentinels name the server. */
  url: string;
  isCluster: boolean;
  /** `host:port` of sentinels that know where `sentinelMaster` is; none = it is where `url` says. */
  sentinels: readonly string[];
  sentinelMaster: string;
  /** PEM text of the authority to trust instead of the public ones. */
  ca: string | undefined;
}

export interface ConnectionSettings {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  connectTimeout?: number;
  commandTimeout?: number;
}

export interface Connections {
  open(settings: ConnectionSettings): Connection;
  /** From now on a lost connection stays lost, or it would keep the process alive. */
  stopRetrying(): void;
  close(): void;
}

/** Longest pause between two attempts to connect. */
const RECONNECT_MS = 2000;

export function createConnections(place: RedisPlace, log: Log): Connections {
  const opened: Connection[] = [];
  let retries = true;
  const retryStrategy = (tries: number): number | null =>
    retries ? Math.min(tries * 50, RECONNECT_MS) : null;

  function connect(settings: ConnectionSettings): Connection {
    const options = { ...optionsOf(place), ...settings };
    const { sentinels, sentinelMaster: name } = place;
    if (sentinels.length > 0)
      return new Redis({
        ...options,
        name,
        sentinels: sentinels.map((node) => addressOf(node)),
        retryStrategy,
        sentinelRetryStrategy: retryStrategy,
      });
    if (!place.isCluster) return new Redis({ ...options, retryStrategy });
    // its connections to nodes are made when they are first needed, and must wait for that
    const { host, port, enableOfflineQueue = true, ...redisOptions } = options;
    return new Cluster([{ host, port }], {
      redisOptions,
      clusterRetryStrategy: retryStrategy,
      enableOfflineQueue,
      // a certificate names hosts, and nodes tell addresses
      ...('tls' in redisOptions ? { dnsLookup: asNamed } : {}),
    });
  }

  return {
    open(settings) {
      const connection = connect(settings);
      watch(connection, log);
      opened.push(connection);
      return connection;
    },
    stopRetrying() {
      retries = false;
    },
    close() {
      for (const connection of opened) connection.disconnect();
    },
  };
}

function asNamed(name: string, done: (error: null, address: string) => void): void {
  done(null, name);
}

function optionsOf({ url, ca }: RedisPlace) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const database = Number(pathname.slice(1) || '0');
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: Number(port || '6379'),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(database === 0 ? {} : { db: database }),
    ...(protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca } } : {}),
  };
}

function addressOf(node: string): { host: string; port: number } {
  const { hostname, port } = new URL(`redis://${node}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || '26379') };
}

/** Fails at once when Redis is away; only a connection that is just being made is waited for. */
export async function whileReady<T>(connection: Connection, call: () => Promise<T>): Promise<T> {
  if (CONNECTING.includes(connection.status)) await settled(connection);
  if (connection.status !== 'ready') throw unavailable(`its connection is "${connection.status}"`);
  try {
    return await call();
  } catch (thrown) {
    throw unavailable(toFault(thrown).message, thrown);
  }
}

const CONNECTING = ['connecting', 'connect'];

async function settled(connection: Connection): Promise<void> {
  await new Promise<void>((resolve) => {
    connection.once('ready', resolve);
    connection.once('close', resolve);
  });
}

function unavailable(why: string, cause?: unknown): Fault {
  return new Fault(
    'queue-unavailable',
    `queue could not reach Redis: ${why}; nothing is lost, the sweep enqueues again once Redis is back`,
    { subject: 'queue', retryable: true, cause },
  );
}

/** One line when Redis goes and one when it is back, instead of one per attempt to connect. */
function watch(connection: Connection, log: Log): void {
  let isDown = false;
  connection.on('error', (error: Error) => {
    if (!isDown) log.warn({ err: error }, 'queue lost Redis and tries to connect again');
    isDown = true;
  });
  connection.on('ready', () => {
    if (isDown) log.info('queue has Redis back');
    isDown = false;
  });
}

/** A Redis that drops keys when it is full drops jobs; the sweep finds their rows, but late. */
export function warnOfEviction(connection: Connection, log: Log): void {
  const look = async () => {
    const policy = /^maxmemory_policy:(\S+)/m.exec(await connection.info('memory'))?.[1];
    if (policy === undefined || policy === 'noeviction') return;
    log.warn(
      `the Redis of the queue has maxmemory-policy "${policy}", so it may drop jobs when it is full: set it to noeviction`,
    );
  };
  // who may not ask, or cannot, is told nothing
  connection.once('ready', () => void look().catch(() => undefined));
}
