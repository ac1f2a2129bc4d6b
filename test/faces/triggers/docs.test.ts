// docs/how-to/triggers.md has a row for each sender.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSenders } from '../../../src/faces/triggers/senders/registry.ts';
import { textOf } from '../../support/page-claims.ts';

const PAGE = textOf('how-to/triggers.md');

test('both tables of senders have a row for each, with the events that count', () => {
  const senders = createSenders({ client: undefined as never, snsOrigins: [], now: Date.now });
  for (const [name, { usualEvents = [] }] of Object.entries(senders)) {
    const rows = PAGE.split('\n').filter((line) => line.startsWith(`| \`${name}\` `));
    assert.equal(rows.length, 2, name);
    for (const event of usualEvents)
      assert.ok(rows[0]!.includes(`\`${event}\``), `${name}: ${event}`);
  }
});
