import { Fault } from '../../errors.ts';
import { readAssignments, usageFault } from '../parse-options.ts';
import { note } from '../terminal.ts';
import type { ApiClientOptions } from './api-client.ts';
import { DEFAULT_SERVER, readServerOptions, readToken, SERVER_OPTIONS } from './server-options.ts';

/** Options of commands that ask a running service, or a metrics server without one. */
export const REACH_OPTIONS = {
  ...SERVER_OPTIONS,
  prometheus: { type: 'string' },
  'prometheus-token-file': { type: 'string' },
  'prometheus-header': { type: 'string', multiple: true },
} as const;

export const REACH_HELP = `  --server URL                 a running service, which knows its accounts; default CANARY_URL, else
                               ${DEFAULT_SERVER}
  --token-file FILE            bearer token of the service; CANARY_TOKEN otherwise
  --retry-for D                how long to try while the service does not answer (2s)
  --prometheus URL             ask this Prometheus, or what speaks its API, without a running service
  --prometheus-token-file FILE bearer token of that Prometheus
  --prometheus-header K=V      header of each request to it, such as X-Scope-OrgID=team; repeatable`;

export interface ReachOptions {
  server?: string | undefined;
  'token-file'?: string | undefined;
  'retry-for'?: string | undefined;
  prometheus?: string | undefined;
  'prometheus-token-file'?: string | undefined;
  'prometheus-header'?: string[] | undefined;
}

/** A metrics server as it may stand in a file: its token by reference. */
export interface MetricsServer {
  url: string;
  tokenFile?: string;
  headers: Record<string, string>;
}

export interface ReachedService extends ApiClientOptions {
  /** Undefined where a running service was asked. */
  metricsServer: MetricsServer | undefined;
  close(): Promise<void>;
}

/** Name of the account that stands for `--prometheus`. */
export const METRICS_ACCOUNT = 'prometheus';
/** A person waits. */
const RETRY = '2s';
const ATTEMPTS = 2;
const SECRET_HEADER = /auth|cookie|token|secret|password|key/i;

/**
 * The service that is asked: a running one, or, for a metrics server alone, one of this process on a free loopback
 * port, with a token that nobody else has and a directory that goes with it.
 *
 * @param scrapeSeconds how often the metrics server scrapes; the usual time when left out
 */
export async function reachService(
  options: ReachOptions,
  command: string,
  scrapeSeconds?: number,
): Promise<ReachedService> {
  const onRetry = (why: string) => note(`canary: ${why}; trying again`);
  if (options.prometheus === undefined) {
    if (options['prometheus-token-file'] ?? options['prometheus-header']) {
      throw usageFault('--prometheus is needed beside its token or headers', command);
    }
    const connection = await readServerOptions({
      ...options,
      'retry-for': options['retry-for'] ?? RETRY,
    });
    return { ...connection, onRetry, metricsServer: undefined, close: async () => {} };
  }
  if (options.server !== undefined) {
    throw usageFault('--prometheus and --server exclude each other', command);
  }
  const metricsServer = readMetricsServer(options);
  const own = await startOwn(metricsServer, scrapeSeconds);
  return { ...own, retryForMs: 0, onRetry, metricsServer };
}

function readMetricsServer(options: ReachOptions): MetricsServer {
  const text = options.prometheus ?? '';
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const near = /^[\w.-]+(:\d+)?(\/|$)/.test(text) ? `; did you mean http://${text}?` : '';
    throw new Fault(
      'invalid-request',
      `--prometheus got "${text}", where an http:// or https:// address is needed${near}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault(
      'invalid-request',
      '--prometheus holds credentials, which everybody sees in lists of processes: put a token into a file and name it with --prometheus-token-file',
    );
  }
  const headers = Object.fromEntries(
    readAssignments('prometheus-header', options['prometheus-header'] ?? []),
  );
  for (const name of Object.keys(headers).filter((known) => SECRET_HEADER.test(known))) {
    throw new Fault(
      'invalid-request',
      `--prometheus-header ${name} would show a secret in lists of processes: give an account of a running service, where it stands by reference`,
    );
  }
  const tokenFile = options['prometheus-token-file'];
  return {
    url: text.replace(/\/(graph|api\/v1.*)?\/?$/, ''),
    headers,
    ...(tokenFile === undefined ? {} : { tokenFile }),
  };
}

/** One account of the service's configuration. */
export function accountOf({ url, headers, tokenFile }: MetricsServer): Record<string, unknown> {
  return {
    name: METRICS_ACCOUNT,
    source: 'prometheus',
    url,
    ...(tokenFile === undefined ? {} : { bearerToken: `file:${tokenFile}` }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

async function startOwn(metricsServer: MetricsServer, scrapeSeconds: number | undefined) {
  const scrape = scrapeSeconds === undefined ? {} : { scrapeInterval: `${scrapeSeconds}s` };
  const { tokenFile } = metricsServer;
  if (tokenFile !== undefined) await readToken(tokenFile); // its fault names the option's file
  const { startOwnService } = await import('../../compose/own-service.ts');
  const { url, token, close } = await startOwnService([
    { ...accountOf(metricsServer), ...scrape, attempts: ATTEMPTS },
  ]);
  return { server: url, token, close };
}
