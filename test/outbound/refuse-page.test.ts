import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPageCheck } from '../../src/outbound/refuse-page.ts';

const PAGES = [
  'http://127.0.0.1:9090/metrics',
  'http://[::1]:9090/metrics',
  'http://localhost:9090/metrics',
  'http://10.1.2.3/metrics',
  'http://8.8.8.8/metrics',
  'http://169.254.169.254/latest/meta-data',
  'http://pod.example/metrics',
];

test('unless addresses are allowed no page may be read, by whatever name', () => {
  const refuse = createPageCheck([]);
  for (const page of PAGES) assert.match(refuse(page) ?? '', /outbound\.scrape\.allow/, page);
});

test('only what is allowed may be read; names are checked when they are read', () => {
  const refuse = createPageCheck(['10.0.0.0/8', '127.0.0.0/8']);
  const refused = PAGES.filter((page) => refuse(page) !== undefined);
  assert.deepEqual(refused, [PAGES[1], PAGES[4], PAGES[5]]);
});

test('cloud metadata stay closed also where everything is allowed', () => {
  const refuse = createPageCheck(['0.0.0.0/0', '::/0']);
  assert.match(refuse('http://169.254.169.254/latest/meta-data') ?? '', /metadata/);
});
