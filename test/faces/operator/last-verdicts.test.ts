import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService, until, type TestService } from '../../support/service.ts';

const WORSE = { baseline: 100, canary: 200 };

/** Ten minutes of each side around its level. */
function pairsOf(levels: { baseline: number; canary: number }) {
  const series = (level: number) => Array.from({ length: 30 }, (_, i) => level + (i % 5));
  const grid = { start: '2026-01-15T10:00:00Z', step: '60s' };
  const { baseline, canary } = levels;
  return [
    { ...grid, metric: 'latency', baseline: series(baseline), canary: series(canary) },
    { ...grid, metric: 'quiet', baseline: series(7), canary: series(7) },
  ];
}

async function analyse(
  api: TestService,
  application: string,
  pairs: object[],
  names = ['latency', 'quiet'],
): Promise<void> {
  const inline = { source: 'inline' };
  const config = {
    name: 'checkout',
    judge: 'NetflixACAJudge-v1.0',
    metrics: names.map((name) => ({ name, direction: 'increase', query: inline })),
  };
  const body = {
    config,
    pairs,
    labels: { application },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
  };
  const { body: submitted, text } = await api.call('post', '/api/v1/analyses', { body });
  assert.ok(submitted.id, text);
  await until(async () => {
    const { body: one } = await api.call('get', `/api/v1/analyses/${submitted.id}`);
    return one.state === 'completed' ? one : undefined;
  });
}

const ownLines = (text: string) =>
  text.split('\n').filter((line) => line.startsWith('canary_last_'));

test('the newest verdict of each config and application, with what its metrics came to', async () => {
  const api = await startTestService({ CANARY_TELEMETRY_LAST_VERDICTS: '10' });
  try {
    await analyse(api, 'shop', pairsOf({ baseline: 100, canary: 100 }));
    await analyse(api, 'till', pairsOf(WORSE));
    const first = ownLines((await api.call('get', '/metrics')).text);
    const sample = (line: string) =>
      assert.ok(first.includes(line), `${line}\n${first.join('\n')}`);
    sample('canary_last_verdict{config="checkout",application="shop"} 1');
    sample('canary_last_verdict{config="checkout",application="till"} 0');
    sample(
      'canary_last_metric_value{config="checkout",application="till",metric="latency",side="baseline"} 102',
    );
    sample(
      'canary_last_metric_value{config="checkout",application="till",metric="latency",side="canary"} 202',
    );
    const change = first.find((line) => /change\{.*"till",metric="latency"/.test(line))!;
    assert.ok(Number(change.split(' ').at(-1)) > 1.5, change);

    await analyse(api, 'shop', pairsOf(WORSE));
    const later = ownLines((await api.call('get', '/metrics')).text);
    assert.ok(later.includes('canary_last_verdict{config="checkout",application="shop"} 0'));
    assert.equal(later.filter((line) => line.startsWith('canary_last_verdict')).length, 2);
  } finally {
    await api.close();
  }
});

test('no more than were asked for, and none by default', async () => {
  for (const [most, expected] of [
    ['1', 1],
    ['0', 0],
  ] as const) {
    const api = await startTestService({ CANARY_TELEMETRY_LAST_VERDICTS: most });
    try {
      await analyse(api, 'shop', pairsOf(WORSE));
      await analyse(api, 'till', pairsOf(WORSE));
      const lines = ownLines((await api.call('get', '/metrics')).text);
      const verdicts = lines.filter((line) => line.startsWith('canary_last_verdict'));
      assert.equal(verdicts.length, expected);
      if (expected === 1) assert.match(verdicts[0]!, /application="till"/);
    } finally {
      await api.close();
    }
  }
});

test('of one config at most 50 metrics, the worst first', async () => {
  const api = await startTestService({ CANARY_TELEMETRY_LAST_VERDICTS: '1' });
  try {
    const [worse, same] = pairsOf(WORSE);
    const names = Array.from({ length: 60 }, (_, i) => `quiet ${i}`);
    const pairs = [...names.map((metric) => ({ ...same, metric })), worse!];
    await analyse(api, 'shop', pairs, [...names, 'latency']);
    const lines = ownLines((await api.call('get', '/metrics')).text);
    const told = lines.filter((line) => line.includes('side="canary"'));
    assert.equal(told.length, 50);
    assert.ok(told.some((line) => line.includes('metric="latency"')));
  } finally {
    await api.close();
  }
});
