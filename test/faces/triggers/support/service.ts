import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startTestService, type TestService } from '../../../support/service.ts';
import { startStubServer, type StubServer } from '../../../support/stub-server.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { casesOf, CERTIFICATE, fixture, SECRETS, type Case, type Delivery } from './deliveries.ts';

export const CHECKOUT = {
  name: 'checkout',
  metrics: [
    { name: 'latency', query: { source: 'prometheus', promql: 'avg(latency{app="${scope}"})' } },
  ],
};

/** What every trigger of these tests starts. */
export const REQUEST = {
  config: 'checkout',
  account: 'prom',
  baseline: { scope: '{{application}}-stable' },
  canary: { scope: '{{application}}-{{version}}', parameters: { env: '{{environment|none}}' } },
  window: { duration: '1h' },
  labels: { environment: '{{environment|none}}', event: '{{event}}' },
};

/** A stand-in for Amazon: the certificate, and an address to confirm at. */
export function startSns(): Promise<StubServer> {
  return startStubServer(({ path }) =>
    path === CERTIFICATE ? { body: fixture('sns.pem') } : { body: 'confirmed' },
  );
}

/** Settings of a service with a trigger for each sender, under the sender's name. */
export function triggerSettings(
  snsUrl: string,
  more: object[] = [],
  prometheusUrl = 'http://127.0.0.1:9',
): Record<string, string> {
  const variableOf = (name: string) => `TEST_TRIGGER_${name.toUpperCase()}`;
  const names = Object.keys(SECRETS);
  const declared = Object.entries(casesOf(snsUrl)).map(([name, { trigger }]) => ({
    name,
    ...trigger,
    request: REQUEST,
  }));
  return {
    CANARY_ACCOUNTS: JSON.stringify([{ name: 'prom', source: 'prometheus', url: prometheusUrl }]),
    CANARY_TRIGGERS_SNS_ORIGINS: JSON.stringify([snsUrl]),
    CANARY_TRIGGERS_DECLARED: JSON.stringify([...declared, ...more]),
    CANARY_TRIGGERS_SECRETS: JSON.stringify(
      Object.fromEntries(names.map((name) => [name, `env:${variableOf(name)}`])),
    ),
    ...Object.fromEntries(names.map((name) => [variableOf(name), SECRETS[name]!])),
  };
}

export interface TriggersService extends TestService {
  sns: StubServer;
  cases: Record<string, Case>;
  send(name: string, delivery: Delivery): ReturnType<TestService['call']>;
  /** Analyses that a trigger has started, newest first. */
  analysesOf(trigger: string): Promise<{ id: string; labels: Record<string, string> }[]>;
  /** How much is stored of analyses and deliveries. */
  rows(): number;
}

export async function startTriggers(
  env: Record<string, string> = {},
  more: object[] = [],
): Promise<TriggersService> {
  const sns = await startSns();
  const api = await startTestService({ ...triggerSettings(sns.url, more), ...env });
  const { status, text } = await api.call('post', '/api/v1/configs', { body: CHECKOUT });
  assert.equal(status, 201, text);
  return {
    ...api,
    sns,
    cases: casesOf(sns.url),
    send: (name, delivery) => api.call('post', `/triggers/${name}`, delivery),
    analysesOf: async (trigger) =>
      (await api.call('get', `/api/v1/analyses?limit=200&label=trigger=${trigger}`)).body.items,
    rows: () => countRows(api.directory),
    async close() {
      await api.close();
      await sns.close();
    },
  };
}

/** Of a copy, as the service holds the file for itself. */
export function countRows(directory: string): number {
  using copy = temporaryDirectory();
  for (const name of readdirSync(directory).filter((file) => /\.(db|sqlite)(-wal)?$/.test(file)))
    copyFileSync(join(directory, name), join(copy.path, name));
  const [file = ''] = readdirSync(copy.path).filter((name) => !name.endsWith('-wal'));
  const database = new DatabaseSync(join(copy.path, file));
  const text =
    'select (select count(*) from analyses) + (select count(*) from trigger_deliveries) as count';
  const { count } = database.prepare(text).get() as { count: number };
  database.close();
  return count;
}
