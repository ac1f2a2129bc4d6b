import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkScrape } from '../../../src/sources/scrape/scrape-check.ts';

test('placeholders in a scrape query are told, as nothing fills them in', () => {
  const labels = { app: '${scope}', zone: 'a' };
  const [problem, ...others] = checkScrape({
    source: 'scrape',
    rate: 'http_requests_total',
    labels,
  });
  assert.equal(others.length, 0);
  assert.equal(problem?.severity, 'error');
  assert.match(
    problem?.message ?? '',
    /^line 1, column 1: "\$\{scope\}" is a placeholder, .*"instances"/,
  );
  assert.equal(checkScrape({ source: 'scrape', gauge: '{{ metric }}' }).length, 1);
  assert.deepEqual(checkScrape({ source: 'scrape', gauge: 'up', labels: { zone: 'a' } }), []);
});
