// Dates and durations at the edges: refused at submit, or stored and shown again, never an error of the service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { checkReach } from '../../../src/analysis/accept/check-reach.ts';
import { parseWindow } from '../../../src/analysis/intervals.ts';
import { checkTimes } from '../../../src/analysis/run/check-times.ts';
import { EARLIEST_AT, LATEST_AT, showable } from '../../../src/model/time/time-limits.ts';
import { startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const config = { name: 'times', metrics: [{ name: 'a', query: { source: 'inline' } }] };
const pairs = [{ metric: 'a', baseline: [1, 2, 3], canary: [1, 2, 3] }];
const submit = (body: object) =>
  api.call('post', '/api/v1/analyses', {
    body: { config, baseline: { scope: 'v1' }, canary: { scope: 'v2' }, pairs, ...body },
  });

const REFUSED: [window: object, pointer: string][] = [
  [{ start: '2016-12-31T23:59:60Z', end: '2017-01-01T01:00:00Z' }, '/window/start'],
  [{ start: '0000-01-01T00:00:00Z', end: '2017-01-01T01:00:00Z' }, '/window/start'],
  [{ duration: '36501d' }, '/window/duration'],
  [{ duration: '1h', settle: '99999999999999999999d' }, '/window/settle'],
  [{ start: '9999-12-31T00:00:00Z', duration: '10d', step: '1h' }, '/window'],
  [{ start: '0001-01-01T00:00:00Z', end: '0001-01-02T00:00:00Z', before: '1h' }, '/window/before'],
];

for (const [window, pointer] of REFUSED) {
  test(`${JSON.stringify(window)} is refused`, async () => {
    const { status, body } = await submit({ window });
    assert.deepEqual([status, body.violations?.[0]?.pointer], [400, pointer], JSON.stringify(body));
  });
}

test('a side that is read before the first year is refused', async () => {
  const window = { start: '0002-01-01T00:00:00Z', end: '0002-01-02T00:00:00Z' };
  const { status } = await submit({ window, baseline: { scope: 'v1', offset: '3650d' } });
  assert.equal(status, 400);
});

test('whatever dates and durations are sent: 202 or 400, and what was accepted is shown', async () => {
  const instant = fc.constantFrom(
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '2016-12-31T23:59:60Z',
    '2038-01-19T03:14:08Z',
    '9999-12-31T23:59:59Z',
    '9999-12-31T23:59:59-14:00',
    '2026-02-30T00:00:00Z',
  );
  const length = fc.constantFrom(
    '0s',
    '1ms',
    '24.8d',
    '25d',
    '36500d',
    '36501d',
    '9'.repeat(39) + 'd',
  );
  const window = fc.record(
    {
      start: instant,
      end: instant,
      duration: length,
      interval: length,
      warmup: length,
      settle: length,
      before: length,
      step: length,
    },
    { requiredKeys: [] },
  );
  const property = fc.asyncProperty(window, length, async (given, offset) => {
    const { status, body } = await submit({ window: given, baseline: { scope: 'v1', offset } });
    assert.ok([202, 400].includes(status), JSON.stringify(body));
    if (status === 400) return;
    for (const path of [
      `/api/v1/analyses/${body.id}`,
      `/analyses/${body.id}`,
      `/canary/${body.id}`,
    ]) {
      const shown = await api.call('get', path);
      assert.ok(shown.status < 500, `${path} ${shown.text}`);
    }
    assert.equal((await api.call('post', `/api/v1/analyses/${body.id}/cancel`)).status, 200);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('every window that is accepted has only instants that can be shown', () => {
  const at = fc.integer({ min: EARLIEST_AT, max: LATEST_AT });
  const days = fc.integer({ min: 1, max: 36_500 });
  fc.assert(
    fc.property(at, days, days, (startAt, durationDays, settleDays) => {
      const wire = {
        start: new Date(startAt).toISOString(),
        duration: `${durationDays}d`,
        settle: `${settleDays}d`,
        step: `${durationDays}d`,
      };
      const window = parseWindow(wire, 0, { maxPoints: 100, maxIntervals: 100 });
      if (Array.isArray(window)) return;
      const end = startAt + (durationDays + settleDays) * 86_400_000;
      assert.equal(checkReach(window, {}).violations.length === 0, end <= LATEST_AT);
    }),
  );
});

test('a row of an older version ends as a failure, and is shown meanwhile', () => {
  for (const startAt of [Number.NaN, 8.64e15 + 1, -1e15]) {
    const execution = { id: '01', startAt, endAt: 0 };
    assert.throws(() => checkTimes(execution), {
      code: 'invalid-request',
      message: /^execution 01 has times/,
    });
    assert.match(new Date(showable(startAt)).toISOString(), /^\d{4}-/);
  }
});

test('moments relative to now are resolved once, when the request is accepted, and told back as instants', async () => {
  const before = Date.now();
  const { status, body } = await submit({ window: { start: 'now-3h', end: 'now' } });
  const after = Date.now();
  assert.equal(status, 202);
  const [start, end] = [Date.parse(body.window.start), Date.parse(body.window.end)];
  assert.equal(end - start, 3 * 3_600_000);
  assert.ok(end >= before && end <= after, body.window.end);
  const again = await api.call('get', `/api/v1/analyses/${body.id}`);
  assert.deepEqual(again.body.window, body.window);
});

test('a repeated request with the same relative times is the same analysis', async () => {
  const body = {
    config,
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    pairs,
    window: { start: 'now-1h', end: 'now' },
  };
  const send = () =>
    api.call('post', '/api/v1/analyses', { body, headers: { 'idempotency-key': 'relative' } });
  const [first, second] = [await send(), await send()];
  assert.deepEqual([second.status, second.body.id], [202, first.body.id]);
});

test('what is no moment is refused with the forms that are', async () => {
  for (const start of ['3h ago', 'now-3', 'now-99999999d', 'yesterday']) {
    const { status, body } = await submit({ window: { start, end: 'now' } });
    assert.deepEqual([status, body.violations[0].pointer], [400, '/window/start'], start);
    assert.match(body.violations[0].message, /2026-01-15T10:00:00Z, or now, now-3h, now\+10m/);
  }
  const backwards = await submit({ window: { start: 'now', end: 'now-1h' } });
  assert.equal(backwards.body.violations[0].message, 'must be after `start`');
});
