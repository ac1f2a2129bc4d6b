// What retention deletes, when the clock is right and when it is not.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createRetention } from '../../src/analysis/retention.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { claimed, settlementOf, stored, T0 } from '../support/stored-analysis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A store, a clock that somebody can set, and the time that passes in truth. */
async function stage(context: TestContext, prunedPercentPerHour = 100) {
  const directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  context.after(async () => {
    await store.close();
    directory[Symbol.dispose]();
  });
  const lines: string[] = [];
  const { log } = createTelemetry({
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const clock = { now: T0, elapsed: 0 };
  const start = () =>
    createRetention({
      store,
      log,
      retentionMs: 30 * DAY_MS,
      prunedPercentPerHour,
      now: () => clock.now,
      elapsed: () => clock.elapsed,
    });
  const retention = start();
  return {
    store,
    start,
    retention,
    clock,
    lines,
    /** Time goes on, and a sweep comes by. */
    async after(ms: number) {
      clock.now += ms;
      clock.elapsed += ms;
      await retention.run();
    },
    async endedAt(...instants: number[]) {
      for (const endedAt of instants) {
        const claim = await claimed(store);
        await store.executions.settle(settlementOf(claim, { endedAt }));
      }
    },
  };
}

test('what has ended is kept for the retention time and no longer', async (context) => {
  const { store, after, endedAt } = await stage(context);
  await endedAt(T0);
  const { id: live } = await stored(store);
  await after(30 * DAY_MS);
  await endedAt(T0 + 30 * DAY_MS);
  await after(HOUR_MS);
  assert.equal(await store.analyses.count(), 3);
  await endedAt(T0 + 30 * DAY_MS + 1);
  await after(HOUR_MS);
  assert.equal(await store.analyses.count(), 3);
  assert.notEqual(await store.analyses.get(live), undefined);
});

test('age counts up to the newest that has ended: a store that nothing is added to keeps its last days', async (context) => {
  const { store, after, endedAt } = await stage(context);
  await endedAt(T0 - 31 * DAY_MS, T0 - 29 * DAY_MS, T0);
  await after(300 * DAY_MS);
  assert.equal(await store.analyses.count(), 2);
});

test('a clock that is set forward while the service runs deletes nothing, and is told', async (context) => {
  const { store, retention, clock, after, endedAt, lines } = await stage(context);
  await endedAt(...Array.from({ length: 14 }, (_, day) => T0 - day * DAY_MS));
  await after(DAY_MS);
  clock.now += 40 * DAY_MS;
  await endedAt(clock.now);
  for (let sweep = 0; sweep < 100; sweep += 1) await after(5000);
  assert.equal(await store.analyses.count(), 15);
  assert.match(retention.paused() ?? '', /the clock moved forward by 40d .* nothing is deleted/);
  assert.equal(lines.filter((line) => line.includes('"level":"warn"')).length, 1);
  clock.now -= 40 * DAY_MS;
  await after(5000);
  assert.equal(retention.paused(), undefined);
  assert.equal(await store.analyses.count(), 15);
});

test('a new time that has stood for a day is trusted, whichever way it moved', async (context) => {
  const { retention, clock, after } = await stage(context);
  for (const moved of [40, -40]) {
    clock.now += moved * DAY_MS;
    await after(DAY_MS - 1);
    await after(DAY_MS - 1);
    assert.notEqual(retention.paused(), undefined);
    await after(1);
    assert.equal(retention.paused(), undefined);
  }
});

test('a clock that is wrong from the start deletes at most its share, however often one starts', async (context) => {
  const { store, start, clock, endedAt, after } = await stage(context, 5);
  await endedAt(...Array.from({ length: 40 }, (_, hour) => T0 - hour * HOUR_MS));
  clock.now += 40 * DAY_MS;
  await endedAt(clock.now);
  for (let begun = 0; begun < 20; begun += 1) await start().run();
  assert.equal(await store.analyses.count(), 41);
  await start().run();
  clock.elapsed += HOUR_MS / 2;
  const later = start();
  clock.elapsed += HOUR_MS;
  await later.run();
  await later.run();
  assert.equal(await store.analyses.count(), 39); // 5 % of 41
  await after(0);
});

test('what was not used of an hour is not saved for the next', async (context) => {
  const { store, after, endedAt } = await stage(context, 10);
  await endedAt(...Array.from({ length: 29 }, () => T0 - DAY_MS));
  await after(20 * HOUR_MS);
  await after(20 * DAY_MS);
  await endedAt(T0 + 29.5 * DAY_MS);
  assert.equal(await store.analyses.count(), 30);
  await after(9 * DAY_MS); // all of them are too old now
  assert.equal(await store.analyses.count(), 27);
});
