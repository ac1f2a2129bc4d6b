// From the embedded store to a PostgreSQL and back, with analyses that run and events that wait.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { importFrom } from '../../src/compose/move-store.ts';
import { loadServiceConfig } from '../../src/main.ts';
import { MOVED } from '../../src/store/moving/tables.ts';
import { openDatabase } from '../../src/store/moving/open-database.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest, secondsWindow, type AnalysisView } from './requests.ts';

const { log } = createTelemetry({ level: 'silent' });
const LIMITS = { maxConnections: 2, statementTimeoutMs: 30_000 };

async function submit(service: TestService, body: object): Promise<string> {
  const answer = await service.call('post', '/api/v1/analyses', { body });
  assert.equal(answer.status, 202, answer.text);
  return (answer.body as AnalysisView).id;
}

async function read(service: TestService, id: string): Promise<AnalysisView> {
  return (await service.call('get', `/api/v1/analyses/${id}?wait=30s`)).body as AnalysisView;
}

describe('a store that moves', { skip: POSTGRES_MISSING, timeout: 300_000 }, () => {
  const directory = temporaryDirectory();
  const place = (name: string) => join(directory.path, name);
  let postgres: PostgresServer;
  before(async () => void (postgres = await startPostgres()));
  after(async () => {
    await postgres.stop();
    directory[Symbol.dispose]();
  });

  test('every table is moved, or known as one that is not', async () => {
    const database = { url: await postgres.createDatabase(), ...LIMITS };
    const db = await openDatabase({ data: { directory: '' }, database }, 'read', log);
    const tables = (await db.introspection.getTables()).map(({ name }) => name);
    await db.destroy();
    const known = [...MOVED.map(([name]) => name), 'duties', 'facts'];
    assert.deepEqual(new Set(tables), new Set(known));
  });

  test('takes its history along, goes on with what runs, and tells what it has not told', async () => {
    const receiver = await startWebhookReceiver();
    const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
    const url = await postgres.createDatabase();
    const embedded = await startTestService({}, place('first'));
    receiver.answerWith({ status: 503 });
    const ended = await submit(embedded, inlineRequest('fail', { callbacks }));
    const before = await read(embedded, ended);
    await receiver.waitForRequests(1); // and its next attempt is due in seconds
    const running = await submit(
      embedded,
      inlineRequest('pass', { callbacks, window: secondsWindow(5) }),
    );
    await until('it runs', async () => {
      const { body } = await embedded.call('get', `/api/v1/analyses/${running}`);
      return (body as AnalysisView).state === 'running';
    });
    const locked = await runCanary(['export', place('a'), '--data', place('first')]);
    assert.deepEqual([locked.code, /in use by another process/.test(locked.stderr)], [3, true]);
    await embedded.close();

    const exported = await runCanary(['export', place('a'), '--data', place('first')]);
    assert.deepEqual([exported.code, exported.stderr], [0, '']);
    assert.match(exported.stdout, /a: \d+ rows, [\d.]+ MB\n$/);
    const env = { DATABASE_URL: url };
    const imported = await runCanary(['import', 'store', place('a')], { env });
    assert.deepEqual([imported.code, imported.stderr], [0, '']);
    receiver.answerWith({ status: 204 });
    const seen = receiver.requests.length;
    const shared = await startTestService(env, place('second'));
    assert.deepEqual(await read(shared, ended), relocated(before, embedded.url, shared.url));
    const { state, verdict } = await read(shared, running);
    assert.deepEqual([state, verdict], ['completed', 'pass']);
    await receiver.waitForRequests(seen + 2);
    const told = receiver.requests.slice(seen).map(({ body }) => analysisOf(body));
    assert.deepEqual(told.toSorted(), [ended, running].toSorted());

    const back = await submit(
      shared,
      inlineRequest('fail', { callbacks, window: secondsWindow(4) }),
    );
    const busy = await runCanary(['export', place('b')], { env });
    assert.deepEqual([busy.code, /stop all of its processes/.test(busy.stderr)], [3, true]);
    await shared.close();
    assert.equal((await runCanary(['export', place('b')], { env })).code, 0);
    const again = await runCanary(['import', 'store', place('b'), '--data', place('third')]);
    assert.deepEqual([again.code, again.stderr], [0, '']);
    const home = await startTestService({}, place('third'));
    assert.equal((await read(home, back)).verdict, 'fail');
    assert.deepEqual(await read(home, ended), relocated(before, embedded.url, home.url));
    await receiver.waitForRequests(seen + 3);
    await home.close();
    assert.equal(receiver.requests.length, seen + 3, 'each event once');
    await receiver.close();
  });

  test('refuses rows, another schema, and a file that is not whole, and leaves nothing behind', async () => {
    const refuse = async (file: string, data: string, sentence: RegExp) => {
      const env = { CANARY_DATA_DIRECTORY: place(data) };
      await assert.rejects(importFrom(place(file), loadServiceConfig({ env })), sentence);
    };
    await refuse('a', 'third', /has rows in "analyses" already.*a data directory of its own/);
    const lines = gunzipSync(readFileSync(place('a')))
      .toString()
      .split('\n');
    const write = (name: string, text: string) => writeFileSync(place(name), gzipSync(text));
    write('older', lines.join('\n').replace(/"([^"]*)"\]\}/, '"9999-unknown"]}'));
    await refuse('older', 'new', /has the schema of "9999-unknown", and this version that of/);
    write('other', lines.join('\n').replace('checkout', 'Checkout'));
    await refuse('other', 'new', /its checksum is another/);
    write('short', lines.slice(0, -2).join('\n'));
    await refuse('short', 'new', /its end is missing/);
    writeFileSync(place('cut'), readFileSync(place('a')).subarray(0, 500));
    await refuse('cut', 'new', /cannot be imported, and nothing was: /);
    writeFileSync(place('text'), 'hello');
    await refuse('text', 'new', /cannot be imported, and nothing was: /);
    await refuse('none', 'new', /ENOENT/);
    const { code } = await runCanary(['import', 'store', place('a'), '--data', place('new')]);
    assert.equal(code, 0, 'what was refused has left no row');
    const missing = await runCanary(['export', place('c'), '--data', place('nowhere')]);
    assert.match(missing.stderr, /has no canary\.db/);
    assert.equal((await runCanary(['export'])).code, 3);
  });
});

/** What a service tells of it under another address. */
function relocated(view: AnalysisView, from: string, to: string): AnalysisView {
  return JSON.parse(JSON.stringify(view).replaceAll(from, to)) as AnalysisView;
}

function analysisOf(body: string): string {
  return (JSON.parse(body) as { data: { id: string } }).data.id;
}
