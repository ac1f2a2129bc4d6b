import { Cluster, Redis } from 'ioredis';
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

/** A command that a live Redis has not answered by then fails, so that a paused Redis blocks nobody. */
const COMMAND_MS = 5000;
/** For what must not wait while Redis is away. */
export const FAIL_FAST: ConnectionSettings = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  connectTimeout: COMMAND_MS,
  commandTimeout: COMMAND_MS,
};
export interface Connections {
  open(settings: ConnectionSettings): Connection;
  /** From now on a lost connection stays lost, or it would keep the process alive. */
  stopRetrying(): void;
  close(): void;
}

/** Longest pause between two attempts to connect. */
const RECONNECT_MS = 2000;

/** `owner` is told in the log: what Redis is wanted for. */
export function createConnections(place: RedisPlace, log: Log, owner: string): Connections {
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
      watch(connection, log, owner);
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

/** Once a connection that is just being made is there, or is not. */
export async function settled(connection: Connection): Promise<void> {
  if (!CONNECTING.includes(connection.status)) return;
  await new Promise<void>((resolve) => {
    connection.once('ready', resolve);
    connection.once('close', resolve);
  });
}

const CONNECTING = ['connecting', 'connect'];

/** One line when Redis goes and one when it is back, instead of one per attempt to connect. */
function watch(connection: Connection, log: Log, owner: string): void {
  let isDown = false;
  connection.on('error', (error: Error) => {
    if (!isDown) log.warn({ err: error }, `${owner} lost Redis and tries to connect again`);
    isDown = true;
  });
  connection.on('ready', () => {
    if (isDown) log.info(`${owner} has Redis back`);
    isDown = false;
  });
}
