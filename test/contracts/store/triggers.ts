import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import { T0 } from '../../support/stored-analysis.ts';

const YEAR_MS = 366 * 86_400_000;

export function triggerPromises(store: () => Store): void {
  const received = (delivery: string, marks: string[], at = T0, since = 0) => ({
    delivery,
    marks,
    since,
    at,
  });

  it('knows a delivery under each of its marks, for its own trigger', async () => {
    const { triggers } = store();
    assert.equal(await triggers.recall('a', ['id:1'], 0), undefined);
    const first = await triggers.remember('a', received('1', ['id:1', 'body:x']));
    assert.deepEqual(first, { delivery: '1' });
    for (const mark of ['id:1', 'body:x'])
      assert.deepEqual(await triggers.recall('a', [mark], 0), { delivery: '1' });
    assert.equal(await triggers.recall('b', ['id:1'], 0), undefined);
  });

  it('answers the first delivery to one that shares a mark, and keeps its other marks too', async () => {
    const { triggers } = store();
    await triggers.remember('shared', received('1', ['id:1', 'body:x']));
    await triggers.started('shared', '1', 'analysis-1');
    const second = await triggers.remember('shared', received('2', ['id:2', 'body:x']));
    assert.deepEqual(second, { delivery: '1', analysisId: 'analysis-1' });
    assert.deepEqual(await triggers.recall('shared', ['id:2'], 0), second);
    assert.deepEqual(await triggers.remember('shared', received('1', ['id:1', 'body:x'])), second);
  });

  it('has one winner, however many come at once', async () => {
    const { triggers } = store();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        triggers.remember('race', received(`d${index}`, [`id:${index}`, 'body:same'])),
      ),
    );
    assert.equal(new Set(all.map(({ delivery }) => delivery)).size, 1);
    assert.deepEqual(await triggers.recall('race', ['id:49'], 0), all[0]);
  });

  it('takes what came before `since` for new, and forgets after a year', async () => {
    const { triggers } = store();
    await triggers.remember('time', received('1', ['body:x'], T0));
    await triggers.started('time', '1', 'analysis-1');
    assert.equal(await triggers.recall('time', ['body:x'], T0 + 1), undefined);
    const again = await triggers.remember('time', received('2', ['body:x'], T0 + 5, T0 + 1));
    assert.deepEqual(again, { delivery: '2' });
    await triggers.remember('time', received('3', ['body:y'], T0 + 6 + YEAR_MS));
    assert.equal(await triggers.recall('time', ['body:x'], 0), undefined);
  });
}
