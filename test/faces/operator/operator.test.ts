import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../../src/contract/contract.ts';
import { operatorFace, type OperatorParts } from '../../../src/faces/operator/operator.ts';
import { createSourceProbes } from '../../../src/faces/operator/source-probes.ts';
import type { MetricSource } from '../../../src/sources/source.ts';
import type { Call } from '../../../src/http/operation.ts';

const contract = loadContract();
const never = () => new Promise<never>(() => undefined);

type Probes = Record<string, (() => Promise<void>) | undefined>;

/** Health of a service whose store, queue and accounts answer like this. */
async function health(
  ping: () => Promise<void>,
  depth: () => Promise<object>,
  accounts: Probes = {},
  paused?: string,
) {
  const sources = {
    list: () => Object.keys(accounts).map((account) => ({ kind: 'prometheus', account })),
    get: (kind: string, account: string) => ({ kind, account, probe: accounts[account] }),
  };
  const retention = { paused: () => paused };
  const parts = { contract, store: { ping }, queue: { depth }, sources, retention, probeMs: 5 };
  const config = { faces: { telemetry: { lastVerdicts: 0 } } };
  const { getHealth } = operatorFace.create(config, parts as unknown as OperatorParts).handlers;
  const { status, json } = await getHealth!({} as Call);
  const answer = { status, contentType: 'application/json', body: json };
  assert.deepEqual(contract.checkAnswer('getHealth', answer), []);
  return { status, json };
}

test('a component that does not answer in time is a time-out, one that refuses is down', async () => {
  const up = async () => undefined;
  const depth = async () => ({ waiting: 0 });
  const refuse = () => Promise.reject(new Error('the file is gone'));
  assert.equal((await health(up, depth)).status, 200);
  assert.deepEqual(await health(never, depth), {
    status: 504,
    json: {
      status: 'DOWN',
      components: {
        store: { status: 'DOWN', details: { error: 'did not answer within 5ms' } },
        queue: { status: 'UP', details: { waiting: 0 } },
      },
    },
  });
  assert.equal((await health(refuse, depth)).status, 503);
  assert.equal((await health(refuse, never)).status, 503);
});

test('a store that deletes nothing for now is up, and says why', async () => {
  const up = async () => undefined;
  const { status, json } = await health(up, async () => ({}), {}, 'the clock moved');
  assert.equal(status, 200);
  assert.deepEqual((json as { components: Record<string, unknown> }).components['store'], {
    status: 'UP',
    details: { retention: 'the clock moved' },
  });
});

test('accounts that want to are a component, the one that is down by name', async () => {
  const up = async () => undefined;
  const depth = async () => ({});
  const down = () => Promise.reject(new Error('source "b" answered 503 for its health'));
  const { status, json } = await health(up, depth, { a: up, b: down, c: undefined });
  assert.equal(status, 503);
  assert.deepEqual((json as { components: Record<string, unknown> }).components['prometheus'], {
    status: 'DOWN',
    details: {
      reason: 'one of the prometheus servers is down',
      accounts: {
        a: { status: 'UP' },
        b: { status: 'DOWN', error: 'source "b" answered 503 for its health' },
      },
    },
  });
  assert.equal((await health(up, depth, { a: never })).status, 504);
  const { json: without } = await health(up, depth, { c: undefined });
  assert.deepEqual(Object.keys((without as { components: object }).components), ['store', 'queue']);
});

test('sources are asked once in five seconds, however often our health is', async () => {
  let asked = 0;
  let now = 0;
  const probe = async () => {
    asked += 1;
  };
  const source = { kind: 'prometheus', account: 'a', probe } as unknown as MetricSource;
  const sources = { list: () => [source], get: () => source };
  const probeSources = createSourceProbes(sources, 5, () => now);
  await Promise.all([probeSources(), probeSources()]);
  now = 4999;
  await probeSources();
  assert.equal(asked, 1);
  now = 5000;
  await probeSources();
  assert.equal(asked, 2);
});
