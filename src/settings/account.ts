import { listOfNamed, mapOf, optional, refine, section, type ValueOf } from './collection.ts';
import { fileText, secret, textOrSecret } from './reference.ts';
import { choice, durationOrNone, flag, integer, text, webAddress } from './setting.ts';

/** One configured instance of a kind of metric source, its references resolved. */
export interface AccountConfig {
  name: string;
  source: 'prometheus';
  /** Without a slash at the end. */
  url: string;
  bearerToken?: string;
  username?: string;
  password?: string;
  headers: Readonly<Record<string, string>>;
  tls?: TlsConfig;
  /** Label of the instance name in Kayenta's `gce_instance` queries. */
  scopeLabel?: string;
  /** How often its server scrapes; 0 for VictoriaMetrics. */
  scrapeIntervalMs?: number;
  /** Tries of one query before it has failed. */
  attempts?: number;
  /** Whether its server is a component of `/health`. */
  health?: boolean;
}

/** PEM texts, named as Node's TLS options are. */
export interface TlsConfig {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

/** Headers whose values are credentials by their names. */
const SECRET_HEADER = /auth|cookie|token|secret|password|key/i;

const tls = section({
  caFile: optional(fileText),
  certFile: optional(fileText),
  keyFile: optional(fileText),
  serverName: optional(text),
  insecureSkipVerify: optional(flag),
});

const account = section({
  name: text,
  source: choice(['prometheus']),
  url: webAddress,
  bearerToken: optional(secret),
  username: optional(text),
  password: optional(secret),
  headers: optional(mapOf((name) => (SECRET_HEADER.test(name) ? secret : textOrSecret))),
  tls: optional(tls),
  scopeLabel: optional(text),
  scrapeInterval: optional(durationOrNone),
  attempts: optional(integer(1, 100)),
  health: optional(flag),
});

type Written = ValueOf<typeof account>;

export const accounts = listOfNamed(
  refine(account, {
    check(written) {
      if ((written.username === undefined) !== (written.password === undefined)) {
        return 'needs both a username and a password, or neither';
      }
      if (written.bearerToken !== undefined && written.username !== undefined) {
        return 'has a bearerToken and a username: only one of them can be sent';
      }
      const half = (written.tls?.certFile === undefined) !== (written.tls?.keyFile === undefined);
      return half ? 'needs both tls.certFile and tls.keyFile, or neither' : undefined;
    },
    convert: toAccount,
  }),
);

function toAccount({ name, source, url, headers, ...rest }: Written): AccountConfig {
  return withoutUndefined<AccountConfig>({
    name,
    source,
    url,
    bearerToken: rest.bearerToken,
    username: rest.username,
    password: rest.password,
    headers: headers ?? {},
    tls: rest.tls && toTls(rest.tls),
    scopeLabel: rest.scopeLabel,
    scrapeIntervalMs: rest.scrapeInterval,
    attempts: rest.attempts,
    health: rest.health,
  });
}

function toTls(written: ValueOf<typeof tls>): TlsConfig {
  const { caFile, certFile, keyFile, serverName, insecureSkipVerify } = written;
  return withoutUndefined<TlsConfig>({
    ca: caFile,
    cert: certFile,
    key: keyFile,
    servername: serverName,
    rejectUnauthorized: insecureSkipVerify === undefined ? undefined : !insecureSkipVerify,
  });
}

/** Optional properties are left out, not set to undefined. */
function withoutUndefined<T extends object>(value: { [K in keyof T]-?: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
