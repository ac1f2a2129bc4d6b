import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { executionIdOf, pairListIdOf } from '../../../../src/faces/kayenta/format/pair-list-id.ts';

test('the id of a canary becomes a UUID and comes back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (at) => {
      const id = ulid(at);
      const listId = pairListIdOf(id)!;
      assert.match(listId, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.equal(executionIdOf(listId), id);
    }),
  );
  assert.equal(executionIdOf('ffffffff-ffff-ffff-ffff-ffffffffffff'), '7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});

test('other ids are none of ours', () => {
  for (const id of ['', 'ghost', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'x'.repeat(26)]) {
    assert.equal(pairListIdOf(id), undefined);
    assert.equal(executionIdOf(id), undefined);
  }
});
