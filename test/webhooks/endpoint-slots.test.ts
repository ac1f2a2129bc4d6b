import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndpointSlots } from '../../src/webhooks/endpoint-slots.ts';

const nobody = { id: 'nobody', wake: () => undefined };

test('an endpoint has so many slots, whatever the path; another endpoint has its own', () => {
  const slots = createEndpointSlots(2);
  const first = slots.tryAcquire('https://a.example/hooks/1', nobody);
  assert.ok(first);
  assert.ok(slots.tryAcquire('https://a.example/hooks/2', nobody));
  assert.equal(slots.tryAcquire('https://a.example/hooks/3', nobody), undefined);
  assert.ok(slots.tryAcquire('https://a.example:8443/hooks/3', nobody));
  assert.ok(slots.tryAcquire('http://a.example/hooks/3', nobody));
  first();
  first(); // giving back twice frees one slot, not two
  assert.ok(slots.tryAcquire('https://a.example/hooks/4', nobody));
  assert.equal(slots.tryAcquire('https://a.example/hooks/5', nobody), undefined);
});

test('each slot that gets free wakes one of those who wait, in the order they asked', () => {
  const slots = createEndpointSlots(1);
  const woken: string[] = [];
  const ask = (id: string) =>
    slots.tryAcquire('https://a.example/', { id, wake: () => woken.push(id) });
  const first = ask('first');
  for (const id of ['second', 'third', 'second', 'fourth']) assert.equal(ask(id), undefined);
  first!();
  assert.deepEqual(woken, ['second']);
  const second = ask('second');
  second!();
  second!();
  assert.deepEqual(woken, ['second', 'third']);
  const third = ask('third');
  const fourth = ask('fourth');
  assert.equal(fourth, undefined);
  third!();
  assert.deepEqual(woken, ['second', 'third', 'fourth']);
  ask('fourth')!();
  assert.deepEqual(woken, ['second', 'third', 'fourth'], 'nobody waits any more');
});
