import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { it } from 'node:test';
import { createTelemetry, type Log } from '../../../src/telemetry.ts';
import { until } from '../../support/poll.ts';
import { processorsWith, type OpenQueue } from '../queue.ts';

export function failingPromises(open: OpenQueue): void {
  it('tries a job that throws again, each time later, until it succeeds', async (test) => {
    const { log, lines } = recordingLog();
    const queue = open(test, { log, retry: { attempts: 4, backoffMs: 30 } });
    const moments: number[] = [];
    await queue.start(
      processorsWith({
        'judge-execution': async () => {
          if (moments.push(performance.now()) < 4) throw new Error('not yet');
        },
      }),
    );
    await queue.enqueue({ name: 'judge-execution', id: 'flaky' });
    await until('four tries', () => moments.length === 4);
    await until('it has ended', async () => (await queue.depth()).active === 0);
    const [first = 0, second = 0, third = 0] = moments
      .slice(1)
      .map((moment, index) => moment - moments[index]!);
    assert.ok(first >= 28 && second >= 58 && third >= 118, `${first}, ${second}, ${third} ms`);
    assert.deepEqual(levels(lines), ['warn', 'warn', 'warn']);
  });

  it('gives a job up after the last try with an error line, and then takes its id again', async (test) => {
    const { log, lines } = recordingLog();
    const queue = open(test, { log });
    let runs = 0;
    await queue.start(
      processorsWith({
        'deliver-webhook': async () => {
          runs += 1;
          throw new Error('always');
        },
      }),
    );
    await queue.enqueue({ name: 'deliver-webhook', id: 'hopeless' });
    await until('the error line', () => levels(lines).includes('error'));
    assert.equal(runs, 3);
    assert.deepEqual(levels(lines), ['warn', 'warn', 'error']);
    assert.match(lines[2]!, /"job":"deliver-webhook","id":"hopeless".*always/);
    assert.deepEqual(await queue.depth(), { waiting: 0, delayed: 0, active: 0 });
    await queue.enqueue({ name: 'deliver-webhook', id: 'hopeless' });
    await until('it runs again', () => runs > 3);
  });

  it('does not lose what was enqueued while a run failed for the last time', async (test) => {
    const queue = open(test, { retry: { attempts: 1, backoffMs: 10 } });
    let runs = 0;
    const job = { name: 'judge-execution', id: 'nudged' } as const;
    await queue.start(
      processorsWith({
        'judge-execution': async () => {
          runs += 1;
          if (runs > 1) return;
          await queue.enqueue(job);
          throw new Error('dead at once');
        },
      }),
    );
    await queue.enqueue(job);
    await until('the second run', () => runs === 2);
  });

  it('keeps other jobs going beside one that fails', async (test) => {
    const queue = open(test);
    const ran: string[] = [];
    await queue.start(
      processorsWith({
        'judge-execution': async (id) => {
          if (id === 'bad') throw new Error('bad');
          ran.push(id);
        },
      }),
    );
    for (const id of ['bad', 'good', 'better'])
      await queue.enqueue({ name: 'judge-execution', id });
    await until('the others ran', () => ran.length === 2);
  });
}

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: createTelemetry({ level: 'info', destination }).log, lines };
}

function levels(lines: string[]): string[] {
  return lines.map((line) => (JSON.parse(line) as { level: string }).level);
}
