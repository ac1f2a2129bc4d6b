// The page of our own figures says what a service serves: every name, its type and its labels.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inlineRequest } from '../e2e/requests.ts';
import { readFigures, type Figure } from '../support/figures.ts';
import { startTestService } from '../support/service.ts';

const PAGE = readFileSync(new URL('../../docs/reference/telemetry.md', import.meta.url), 'utf8');
const ROW = /^\| `(canary_\w+)` +\| (\w+) +\| ([^|]*)\|/gm;

/** Labels of the type of a histogram are no labels of ours. */
const OF_HISTOGRAMS = new Set(['le']);

/** Of what nothing happened in this test the labels are not served. */
const IDLE = ['canary_triggers_total'];

test('the tables of docs/reference/telemetry.md are what /metrics serves', async (context) => {
  const service = await startTestService({ CANARY_TELEMETRY_LAST_VERDICTS: '10' });
  context.after(() => service.close());
  const started = await service.call('post', '/api/v1/analyses', { body: inlineRequest('fail') });
  const { id } = started.body as { id: string };
  await service.call('get', `/api/v1/analyses/${id}?wait=30s`);
  const served = readFigures((await service.call('get', '/metrics')).text);
  const ours = [...served.values()].filter(({ name }) => name.startsWith('canary_'));
  assert.deepEqual(PAGE.match(ROW)?.length, ours.length);
  assert.deepEqual(
    new Map(documented()),
    new Map(ours.map((figure) => [figure.name, told(figure)])),
  );
  for (const [, name = ''] of PAGE.matchAll(/`((?:process|nodejs)_\w+_\w+)`/g))
    assert.ok(served.has(name), name);
  assert.equal(served.get('canary_analysis_duration_seconds')?.values.get('count'), 1);
  assert.equal(served.get('canary_analyses_total')?.values.get('verdict=fail'), 1);
  assert.equal(served.get('canary_analyses_total')?.values.get('verdict=pass'), 0);
  assert.equal(served.get('canary_webhook_deliveries_total')?.values.get('outcome=dead'), 0);
});

function documented() {
  return [...PAGE.matchAll(ROW)].map(([, name = '', type, cell = '']) => {
    const labels = [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    return [name, { type, labels: IDLE.includes(name) ? [] : labels.toSorted() }] as const;
  });
}

function told({ type, labels }: Figure) {
  return { type, labels: labels.filter((label) => !OF_HISTOGRAMS.has(label)) };
}
