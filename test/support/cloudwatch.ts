import aws4 from 'aws4';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedServer } from './installed-server.ts';
import { startMetricServer, type RunningServer } from './metric-server.ts';
import { startStubServer, type StubRequest } from './stub-server.ts';

const { place, skip } = installedServer('moto', 'moto-5.2.5');

/** False where an emulator of CloudWatch can be started, else the reason to skip. */
export const CLOUDWATCH_SKIP = skip;

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Datum {
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
  /** Epoch seconds. */
  Timestamp: number;
  Value: number;
}

/** Starts moto's CloudWatch with these data, behind a door that only opens to what these keys have signed. */
export async function startCloudwatch(
  { region, ...keys }: Keys & { region: string },
  namespace: string,
  data: readonly Datum[],
): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), 'canary-moto-'));
  const moto = await startMetricServer(directory, {
    name: 'sh',
    args: (address) => [
      '-c',
      `exec '${place}/venv/bin/python3' -m moto.server -H 127.0.0.1 -p ${address.split(':')[1]} 2>/dev/null`,
    ],
    readyPath: '/moto-api/',
  });
  const forward = async ({ headers, body }: Pick<StubRequest, 'headers' | 'body'>) => {
    const kept = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
    const answer = await fetch(moto.url, {
      method: 'POST',
      headers: Object.fromEntries(kept.map((name) => [name, String(headers[name] ?? '')])),
      body,
    });
    return { status: answer.status, body: await answer.text() };
  };
  const door = await startStubServer((request) =>
    isSigned(request, keys, region) ? forward(request) : REFUSED,
  );
  const body = JSON.stringify({ Namespace: namespace, MetricData: data });
  const put = await forward({ body, headers: signedHeaders(body, 'PutMetricData', keys, region) });
  if (put.status !== 200) throw new Error(put.body);
  return {
    url: door.url,
    async stop() {
      await door.close();
      await moto.stop();
    },
  };
}

const REFUSED = {
  status: 403,
  body: JSON.stringify({
    __type: 'com.amazon.coral.service#SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
  }),
};

/** The emulator believes every signature, so this one is made again by another implementation. */
function isSigned({ method, path, headers, body }: StubRequest, keys: Keys, region: string) {
  const shown = String(headers['authorization']);
  const names = /SignedHeaders=([^,]+)/.exec(shown)?.[1]?.split(';') ?? [];
  const signed = aws4.sign(
    {
      service: 'monitoring',
      region,
      method,
      path,
      body,
      host: String(headers['host']),
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      // added by it, and signed by nobody
      extraHeadersToIgnore: { 'content-length': true },
    } as Parameters<typeof aws4.sign>[0],
    keys,
  );
  const own = Object.entries(signed.headers ?? {}).find(([name]) => /^authorization$/i.test(name));
  return own?.[1] === shown;
}

function signedHeaders(body: string, operation: string, keys: Keys, region: string) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
  };
  const signed = aws4.sign(
    { service: 'monitoring', region, method: 'POST', path: '/', body, host: 'localhost', headers },
    keys,
  );
  return Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  );
}
