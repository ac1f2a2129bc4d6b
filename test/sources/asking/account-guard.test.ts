import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../../src/errors.ts';
import { createAccountGuard } from '../../../src/sources/asking/account-guard.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { until } from '../../support/poll.ts';

const { log } = createTelemetry({ level: 'silent' });
const signal = new AbortController().signal;
const LIMITS = { accountConcurrency: 2, circuitFailures: 3, circuitPauseMs: 60_000 };
const PAUSE_MS = 50;

function guardWith(limits: Partial<typeof LIMITS> = {}) {
  return createAccountGuard('prod', { ...LIMITS, ...limits }, { log });
}

async function down(): Promise<never> {
  throw new Fault('source-unavailable', 'source "prod" answered 503', { retryable: true });
}

async function refused(): Promise<never> {
  throw new Fault('source-refused', 'source "prod" answered 400');
}

async function failTimes(guard: ReturnType<typeof guardWith>, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await assert.rejects(guard.run(down, signal), { message: 'source "prod" answered 503' });
}

test('after failures in a row the account is not asked, and the fault says what to do', async () => {
  const guard = guardWith();
  await failTimes(guard, 3);
  const answer = guard.run(() => assert.fail('was asked'), signal);
  await assert.rejects(answer, (fault: Fault) => {
    assert.equal(fault.code, 'source-unavailable');
    assert.equal(fault.retryable, true);
    assert.ok(fault.retryAfterMs! > 0 && fault.retryAfterMs! <= LIMITS.circuitPauseMs);
    assert.match(
      fault.message,
      /^source "prod" was not asked: its circuit is open, because 3 requests in a row failed; it is tried every 60 s, next in \d+ s; look after the source, or its url and token. The last failure: source "prod" answered 503$/,
    );
    return true;
  });
});

test('an answer in between starts the count anew, and a refusal is no failure', async () => {
  const guard = guardWith();
  await failTimes(guard, 2);
  assert.equal(await guard.run(async () => 'answer', signal), 'answer');
  await failTimes(guard, 2);
  for (let count = 0; count < 5; count += 1)
    await assert.rejects(guard.run(refused, signal), { code: 'source-refused' });
  assert.equal(await guard.run(async () => 'answer', signal), 'answer');
});

test('after the pause one request tries it, the others wait for what becomes of that', async () => {
  const guard = guardWith({ circuitPauseMs: PAUSE_MS, accountConcurrency: 10 });
  await failTimes(guard, 3);
  await delay(PAUSE_MS + 5);
  const probe = Promise.withResolvers<string>();
  let asked = 0;
  const ask = () => {
    asked += 1;
    return probe.promise;
  };
  const answers = Array.from({ length: 5 }, () => guard.run(ask, signal));
  await until('one has asked', () => asked > 0);
  assert.equal(asked, 1);
  probe.resolve('well again');
  assert.deepEqual(await Promise.all(answers), Array(5).fill('well again'));
  assert.equal(asked, 5);
});

test('a try that fails, or is given up, keeps the circuit open', async () => {
  for (const code of ['source-unavailable', 'deadline-exceeded'] as const) {
    const guard = guardWith({ circuitPauseMs: PAUSE_MS });
    await failTimes(guard, 3);
    await delay(PAUSE_MS + 5);
    const failing = async (): Promise<never> => {
      throw new Fault(code, 'no answer', { retryable: code === 'source-unavailable' });
    };
    await assert.rejects(guard.run(failing, signal), { message: 'no answer' });
    await assert.rejects(
      guard.run(async () => 'answer', signal),
      /its circuit is open/,
    );
  }
});

test('no more requests at once than allowed, and who is told to stop does not wait', async () => {
  const guard = guardWith();
  const held = Promise.withResolvers<void>();
  let most = 0;
  let running = 0;
  const hold = async () => {
    most = Math.max(most, (running += 1));
    await held.promise;
    running -= 1;
  };
  const all = Array.from({ length: 5 }, () => guard.run(hold, signal));
  const stop = new AbortController();
  const impatient = guard.run(() => assert.fail('was asked'), stop.signal);
  stop.abort(new Fault('deadline-exceeded', 'out of time'));
  await assert.rejects(impatient, { code: 'deadline-exceeded' });
  held.resolve();
  await Promise.all(all);
  assert.equal(most, 2);
});
