import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndpointSlots } from '../../src/webhooks/endpoint-slots.ts';

test('an endpoint has so many slots, whatever the path; another endpoint has its own', () => {
  const slots = createEndpointSlots(2);
  const first = slots.tryAcquire('https://a.example/hooks/1');
  assert.ok(first);
  assert.ok(slots.tryAcquire('https://a.example/hooks/2'));
  assert.equal(slots.tryAcquire('https://a.example/hooks/3'), undefined);
  assert.ok(slots.tryAcquire('https://a.example:8443/hooks/3'));
  assert.ok(slots.tryAcquire('http://a.example/hooks/3'));
  first();
  first(); // giving back twice frees one slot, not two
  assert.ok(slots.tryAcquire('https://a.example/hooks/4'));
  assert.equal(slots.tryAcquire('https://a.example/hooks/5'), undefined);
});
