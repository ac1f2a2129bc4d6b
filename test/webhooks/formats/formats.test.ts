// Every format: pure, valid JSON, and not one byte other than a receiver would take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DELIVERY_FORMATS } from '../../../src/model/receiver/receiver.ts';
import { formatEvent } from '../../../src/webhooks/formats/formats.ts';
import { cut, oneLine } from '../../../src/webhooks/formats/plain-text.ts';
import { failedEvent, hostileEvent, hostileText, SHA } from './events.ts';

const target = { repository: 'acme/checkout', sha: SHA, context: 'canary/checkout' };

test('the same event gives the same bytes in every format, and is not changed', () => {
  for (const format of DELIVERY_FORMATS) {
    const event = failedEvent();
    const before = JSON.stringify(event);
    const [once, again] = [1, 2].map(() =>
      formatEvent(event, { format, url: 'https://receiver.example', target }),
    );
    assert.ok(once !== undefined, format);
    assert.deepEqual(once, again, format);
    assert.equal(JSON.stringify(event), before, format);
  }
});

test('whatever things are called, every body is JSON in good Unicode', () => {
  fc.assert(
    fc.property(hostileEvent, fc.constantFrom(...DELIVERY_FORMATS), (event, format) => {
      const message = formatEvent(event, { format, url: 'https://receiver.example', target });
      if (message === undefined) return;
      const parsed: unknown = JSON.parse(message.body);
      assert.ok(typeof parsed === 'object' && parsed !== null);
      assert.ok(message.body.isWellFormed());
      assert.ok(URL.parse(message.url)?.origin === 'https://receiver.example');
    }),
  );
});

test('a test event has a form in every format', () => {
  const { data } = failedEvent();
  const event = { type: 'subscription.test' as const, timestamp: data.window.end, data };
  for (const format of DELIVERY_FORMATS)
    assert.ok(formatEvent(event, { format, url: 'https://receiver.example', target }), format);
});

test('texts are cut between characters, and never within what stands for one', () => {
  const entity = (text: string) => text.replaceAll('&', '&amp;');
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 200 }), (text, max) => {
      const line = oneLine(text);
      const kept = cut(line, max, entity);
      assert.ok(kept.length <= max);
      assert.ok(kept.isWellFormed());
      assert.doesNotMatch(kept.replaceAll('&amp;', ''), /&/);
      const whole = entity(line);
      assert.ok(kept === whole || (kept.endsWith('…') && whole.startsWith(kept.slice(0, -1))));
    }),
  );
});

test('one line has no control, no hidden mark and no mark that turns the direction', () => {
  assert.equal(oneLine(' a\u0000b\r\nc\u202ed\u2028e\u200bf\ud800 '), 'a b c d e f\ufffd');
  assert.equal(oneLine('latence p99 – é 漢 😀'), 'latence p99 – é 漢 😀');
});
