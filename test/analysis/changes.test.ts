import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChanges } from '../../src/analysis/changes.ts';
import { createAlone } from '../../src/store/peers/alone.ts';

const never = new AbortController().signal;

test('everybody who waits for an analysis is woken by its change, and by no other', async () => {
  const changes = createChanges(createAlone());
  let woken = 0;
  const waiting = [1, 2].map(() => changes.next('a', 60_000, never).then(() => (woken += 1)));
  changes.announce('b');
  await Promise.resolve();
  assert.equal(woken, 0);
  changes.announce('a');
  await Promise.all(waiting);
  assert.equal(woken, 2);
});

test('a wait ends by itself, or when it is aborted, also before it began', async () => {
  const changes = createChanges(createAlone());
  await changes.next('a', 1, never);
  const stop = new AbortController();
  const waiting = changes.next('a', 60_000, stop.signal);
  stop.abort();
  await waiting;
  await changes.next('a', 60_000, stop.signal);
});
