import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from '../../../src/model/time/moment.ts';

const NOW = Date.parse('2026-01-15T10:00:00Z');

test('a moment is an instant, or its distance from now', () => {
  const texts = ['2026-01-15T11:00:00+01:00', 'now', 'now-3h', 'now-1d12h', 'now+10m', 'now-0s'];
  const instants = texts.map((text) => new Date(parseMoment(text, NOW)!).toISOString());
  assert.deepEqual(instants, [
    '2026-01-15T10:00:00.000Z',
    '2026-01-15T10:00:00.000Z',
    '2026-01-15T07:00:00.000Z',
    '2026-01-13T22:00:00.000Z',
    '2026-01-15T10:10:00.000Z',
    '2026-01-15T10:00:00.000Z',
  ]);
});

test('anything else is none', () => {
  const texts = [
    '',
    'now-',
    'now-3',
    'now - 3h',
    '-3h',
    'yesterday',
    'now-3h-2h',
    'Now',
    '2026-01-15',
  ];
  for (const text of [...texts, '2016-12-31T23:59:60Z', '2026-13-01T00:00:00Z'])
    assert.equal(parseMoment(text, NOW), undefined, text);
});
