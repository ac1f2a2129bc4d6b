// Canaries in a data directory that an earlier version has left read as they did there, or better.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, suite, test } from 'node:test';
import { startKayentaOn, type CanaryStatus, type KayentaService } from '../support/kayenta.ts';
import { startStubServer, type StubServer } from '../../../support/stub-server.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const ROWS = new URL('../fixtures/store-0002/rows.sql', import.meta.url);
const EMPTY = '{"status":"success","data":{"resultType":"matrix","result":[]}}';

suite('rows of an earlier version', () => {
  const directory = temporaryDirectory();
  let source: StubServer;
  let api: KayentaService;
  before(async () => {
    const db = new DatabaseSync(join(directory.path, 'canary.db'));
    db.exec(readFileSync(ROWS, 'utf8'));
    db.close();
    source = await startStubServer(() => ({
      headers: { 'content-type': 'application/json' },
      body: EMPTY,
    }));
    const env = { CANARY_DATA_RETENTION: '36500d' };
    api = await startKayentaOn(source.url, env, { directory: directory.path });
  });
  after(async () => {
    await api.close();
    await source.close();
    directory[Symbol.dispose]();
  });

  async function list(application: string, statuses = ''): Promise<CanaryStatus[]> {
    const query = `application=${application}&statuses=${statuses}`;
    return (await api.call('get', `/canary/executions?${query}`)).body;
  }

  async function only(application: string): Promise<CanaryStatus> {
    const [status] = await list(application);
    assert.ok(status);
    const { body } = await api.call('get', `/canary/${status.pipelineId}`);
    assert.deepEqual(body, status);
    return status;
  }

  test('a judged canary has its result, and its pairs', async () => {
    const { result, stageStatus, metricSetPairListId } = await only('judged');
    const { judgeResult } = result as { judgeResult: { results: { name: string }[] } };
    assert.deepEqual(
      judgeResult.results.map(({ name }) => name),
      ['latency', 'cpu'],
    );
    assert.ok(Object.values(stageStatus!).every((word) => word === 'succeeded'));
    const { body: pairs } = await api.call('get', `/metricSetPairList/${metricSetPairListId}`);
    assert.deepEqual(pairs[0].values.control, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2]);
  });

  test('a failed one shows where it failed', async () => {
    const { stageStatus, exception } = await only('failed');
    assert.deepEqual(Object.entries(stageStatus!), [
      ['setupContext', 'succeeded'],
      ['fetchControl0', 'succeeded'],
      ['fetchControl1', 'terminal'],
      ['fetchExperiment0', 'succeeded'],
      ['fetchExperiment1', 'canceled'],
      ['mixMetrics', 'not_started'],
      ['judge', 'not_started'],
    ]);
    assert.match(String(exception?.details['errors']), /answered 400 for metric "broken"/);
  });

  test('one that was cancelled by its own id counts as canceled', async () => {
    const { status, stageStatus, exception } = await only('cancelled');
    assert.deepEqual([status, stageStatus?.['fetchControl0']], ['canceled', 'canceled']);
    assert.deepEqual(exception?.details['errors'], ['Canary execution was canceled.']);
    assert.equal((await list('cancelled', 'canceled')).length, 1);
    assert.equal((await list('cancelled', 'terminal')).length, 0);
  });

  test('one that was running is judged now', async () => {
    const [{ pipelineId } = { pipelineId: '' }] = await list('running');
    assert.equal((await api.ended(pipelineId!)).status, 'succeeded');
  });
});
