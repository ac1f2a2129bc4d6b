import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../../src/contract/contract.ts';
import { operatorFace, type OperatorParts } from '../../../src/faces/operator/operator.ts';
import type { Call } from '../../../src/http/operation.ts';

const contract = loadContract();
const never = () => new Promise<never>(() => undefined);

/** Health of a service whose store and queue answer like this. */
async function health(ping: () => Promise<void>, depth: () => Promise<object>) {
  const parts = { contract, store: { ping }, queue: { depth }, probeMs: 5 };
  const { getHealth } = operatorFace.create(undefined, parts as unknown as OperatorParts).handlers;
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
