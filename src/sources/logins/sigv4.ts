import { createHash, createHmac } from 'node:crypto';
import type { SignedRequest } from './signer.ts';

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface AwsPlace {
  region: string;
  /** As its signatures name it: `monitoring`, `aps`, `es`. */
  service: string;
}

/**
 * The headers of a request that is signed by AWS Signature Version 4, for every service but S3: host, content type
 * and all `x-amz-` headers are signed, the path is encoded once more than it is sent.
 */
export function signV4(
  request: SignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsKeys,
  { region, service }: AwsPlace,
  now: number,
): Record<string, string> {
  const url = new URL(request.url);
  const time = new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const own = {
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const signed = Object.entries({ ...request.headers, ...own, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .filter(([name]) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .sort(([a], [b]) => compare(a, b));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    url.pathname.split('/').map(encode).join('/'),
    queryOf(url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(request.body ?? ''),
  ].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(
    (known, part) => hmac(known, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...own, authorization };
}

/** Sorted by encoded name, then by value. */
function queryOf({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
