import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectionText, markdownTable, shareText } from '../../simulate/markdown.ts';

test('a share comes with its standard error, none and all with their limit', () => {
  const hits = (count: number) => Array.from({ length: 100 }, (_, i) => i < count);
  assert.equal(shareText(hits(20)), '20.0 (± 4.0)');
  assert.equal(shareText(hits(0)), '0 (< 3.0)');
  assert.equal(shareText(hits(100)), '100 (> 97.0)');
});

test('a median that is not reached is no number', () => {
  assert.equal(detectionText([5, 10, 15]), '100 (10)');
  assert.equal(detectionText([5, Infinity, Infinity]), '33 (–)');
});

test('a table is markdown', () => {
  assert.equal(markdownTable(['a', 'b'], [['x', 1]]), '| a | b |\n| --- | ---: |\n| x | 1 |');
});
