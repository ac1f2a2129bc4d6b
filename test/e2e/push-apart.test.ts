// Metrics that reach a process which only answers are judged by another one, on one PostgreSQL and one Redis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POSTGRES_MISSING } from '../support/postgres.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';

const SECONDS = 10;

test(
  'what one process takes in another one judges',
  { skip: POSTGRES_MISSING || REDIS_MISSING },
  async (context) => {
    const directory = temporaryDirectory();
    context.after(() => directory[Symbol.dispose]());
    const env = settingsOf(await startEngines(context), directory.path);
    const parts = await startParts(context, directory.path, [
      [['serve', '--no-worker'], env],
      [['worker'], env],
    ]);
    const { url } = parts[0]!.process;
    const post = async (path: string, body: object): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
      return answer.json();
    };
    const endAt = Math.floor(Date.now() / 1000) * 1000;
    const startAt = endAt - SECONDS * 1000;
    const query = { source: 'push', samples: 'sum' };
    const { id } = (await post('/api/v1/analyses', {
      config: {
        name: 'apart',
        judge: 'NetflixACAJudge-v1.0',
        metrics: [{ name: 'load', query, direction: 'increase' }],
      },
      baseline: { scope: 'old' },
      canary: { scope: 'new' },
      // its only look is due when the window and the time to settle are over
      window: {
        start: new Date(startAt).toISOString(),
        duration: `${SECONDS}s`,
        step: '1s',
        settle: '8s',
      },
    })) as { id: string };
    const samples = Array.from({ length: SECONDS }, (_, second) => second).flatMap((second) =>
      ['baseline', 'canary'].map((side) => ({
        metric: 'load',
        side,
        time: new Date(startAt + second * 1000).toISOString(),
        value: second,
      })),
    );
    const answer = await post(`/api/v1/analyses/${id}/samples`, { samples });
    assert.deepEqual(answer, { accepted: 2 * SECONDS, repeated: 0 });
    assert.deepEqual(await post(`/api/v1/analyses/${id}/samples`, { samples }), {
      accepted: 0,
      repeated: 2 * SECONDS,
    });
    const ended = await fetch(`${url}/api/v1/analyses/${id}?wait=60s`);
    assert.equal(((await ended.json()) as { state: string }).state, 'completed');
    const { pairs } = (await (await fetch(`${url}/api/v1/analyses/${id}/pairs`)).json()) as {
      pairs: { canary: { values: number[] } }[];
    };
    assert.deepEqual(pairs[0]!.canary.values, [...Array(SECONDS).keys()]);
  },
);
