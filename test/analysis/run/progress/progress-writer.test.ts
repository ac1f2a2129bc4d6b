import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { createProgressWriter } from '../../../../src/analysis/run/progress/progress-writer.ts';
import type { ExecutionProgress } from '../../../../src/model/analysis.ts';

const at = (position: number): ExecutionProgress => ({
  name: 'fetch',
  baseline: Array.from({ length: 50 }, (_, index) => (index < position ? 'answered' : 'waiting')),
  canary: [],
});
/** All that is due now has run, promises included. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('writes the newest once a period, however often it is told', async () => {
  const written: ExecutionProgress[] = [];
  const writer = createProgressWriter(async (progress) => written.push(progress), assert.ifError);
  for (let position = 1; position <= 50; position += 1) writer.tell(at(position));
  mock.timers.tick(499);
  await settled();
  assert.deepEqual(written, []);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(written, [at(50)]);
  mock.timers.tick(10_000);
  await settled();
  assert.equal(written.length, 1, 'nothing new, nothing to write');
  writer.tell({ name: 'pair' });
  writer.tell({ name: 'judge' });
  mock.timers.tick(500);
  await settled();
  assert.deepEqual(written, [at(50), { name: 'judge' }]);
});

test('writes nothing of a look that is over within the period, and nothing after the stop', async () => {
  const written: ExecutionProgress[] = [];
  const writer = createProgressWriter(async (progress) => written.push(progress), assert.ifError);
  writer.tell(at(1));
  await writer.stop();
  mock.timers.tick(10_000);
  await settled();
  assert.deepEqual(written, []);
});

test('writes one at a time, and stops only when the last is through', async () => {
  const through: (() => void)[] = [];
  const written: ExecutionProgress[] = [];
  const writer = createProgressWriter((progress) => {
    written.push(progress);
    return new Promise<void>((resolve) => through.push(resolve));
  }, assert.ifError);
  writer.tell(at(1));
  mock.timers.tick(500);
  await settled();
  for (const position of [2, 3]) {
    writer.tell(at(position));
    mock.timers.tick(500);
    await settled();
  }
  assert.deepEqual(written, [at(1)]);
  through[0]!();
  await settled();
  assert.deepEqual(written, [at(1), at(3)]);
  let isStopped = false;
  const stopping = writer.stop().then(() => (isStopped = true));
  await settled();
  assert.equal(isStopped, false);
  through[1]!();
  await stopping;
});

test('goes on after a write that failed', async () => {
  const errors: unknown[] = [];
  const written: ExecutionProgress[] = [];
  const broken = new Error('the store is away');
  const writer = createProgressWriter(
    async (progress) => {
      if (written.push(progress) === 1) throw broken;
    },
    (error) => errors.push(error),
  );
  for (const position of [1, 2]) {
    writer.tell(at(position));
    mock.timers.tick(500);
    await settled();
  }
  await writer.stop();
  assert.deepEqual([written, errors], [[at(1), at(2)], [broken]]);
});
