import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInlineSource } from '../../src/sources/inline.ts';
import type { SeriesRequest } from '../../src/sources/source.ts';
import { testMetricSource } from '../contracts/metric-source.ts';

const SERIES = { tags: {}, startAt: 0, stepMs: 60_000, values: [1, NaN, 3], attributes: {} };
const REQUEST: SeriesRequest = {
  metric: 'errors',
  query: { source: 'inline' },
  side: 'canary',
  scope: { scope: '', location: '', startAt: 0, endAt: 120_000, stepSeconds: 60, parameters: {} },
  templates: {},
};

testMetricSource('inline', async () => ({
  source: createInlineSource(),
  answered: { ...REQUEST, inline: [SERIES] },
  empty: { ...REQUEST, inline: [] },
  unusable: REQUEST,
  close: async () => {},
}));

test('the series come back as they were given', async () => {
  const request = { ...REQUEST, inline: [SERIES] };
  const { series } = await createInlineSource().fetch(request, AbortSignal.timeout(1000));
  assert.deepEqual(series, [SERIES]);
});
