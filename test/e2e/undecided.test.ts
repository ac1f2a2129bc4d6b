// "Nothing was found, and nothing would have been" is a verdict of its own, told by every face in the same words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

let api: TestService;
let receiver: WebhookReceiver;
before(async () => {
  api = await startTestService();
  receiver = await startWebhookReceiver();
});
after(async () => {
  await api.close();
  await receiver.close();
});

/** Twelve values that scatter so much that not even four times as many would have been found. */
const SCATTERED = [9, 300, 20, 2, 90, 500, 4, 60, 7, 210, 33, 12];
const config = {
  name: 'thin',
  judge: 'SequentialJudge-v1.0',
  metrics: [{ name: 'queue', query: { source: 'inline' }, direction: 'increase' }],
};
const pair = {
  metric: 'queue',
  start: '2026-01-15T10:00:00Z',
  step: '60s',
  baseline: SCATTERED,
  canary: SCATTERED.toReversed(),
};

test('the API, the webhook and the page say undecided, and hold', async () => {
  const { body: accepted } = await api.call('post', '/api/v1/analyses', {
    body: {
      config,
      baseline: { scope: 'v1' },
      canary: { scope: 'v2' },
      pairs: [pair],
      callbacks: [{ url: receiver.url, events: ['analysis.completed'] }],
    },
  });
  const { body: analysis } = await api.call('get', `/api/v1/analyses/${accepted.id}?wait=20s`);
  assert.deepEqual([analysis.verdict, analysis.decision], ['undecided', 'hold']);
  assert.equal(analysis.intervals[0].verdict, 'undecided');
  const [metric] = analysis.judgement.metrics;
  assert.equal(metric.classification, 'Undecided');
  assert.deepEqual(analysis.judgement.sequential.undecided, ['queue']);
  assert.match(analysis.reason, /^undecided: no regression was found, but 1 of 1 metric/);
  assert.match(metric.sentence, /would have been found|no rise could have been found/);

  const [request] = await receiver.waitForRequests(1);
  const { data } = JSON.parse(request!.body);
  assert.deepEqual(
    [data.verdict, data.decision, data.reason],
    ['undecided', 'hold', analysis.reason],
  );
  assert.deepEqual(data.failingMetrics, [], 'nothing failed');

  const page = await (await fetch(`${api.url}/analyses/${accepted.id}`)).text();
  assert.match(page, /<title>\? Undecided/);
  assert.match(page, /<header class="banner nodata">/);
  assert.match(page, /hold: a person or a policy decides/);
  assert.doesNotMatch(page, /<span class="sign pass">/, 'no green tick');
  const listed = await api.call('get', '/api/v1/analyses?verdict=undecided');
  assert.deepEqual(
    listed.body.items.map(({ id }: { id: string }) => id),
    [accepted.id],
  );
});

test('the command line ends with 2 and says so', async () => {
  using directory = temporaryDirectory();
  const csv = (values: number[]) =>
    [
      'time,queue',
      ...values.map((value, minute) => `2026-01-15T10:${10 + minute}:00Z,${value}`),
    ].join('\n');
  const write = (name: string, text: string) => writeFileSync(join(directory.path, name), text);
  write('config.json', JSON.stringify(config));
  write('baseline.csv', csv(pair.baseline));
  write('canary.csv', csv(pair.canary));
  const args = ['judge', '--config', 'config.json', '--baseline', 'baseline.csv'];
  const run = await runCanary([...args, '--canary', 'canary.csv'], { cwd: directory.path });
  assert.deepEqual([run.code, run.stderr], [2, '']);
  assert.match(run.stdout, /^\? UNDECIDED {2}100\/100/);
  assert.match(run.stdout, /\n {2}undecided: no regression was found/);
  assert.match(run.stdout, /\? queue .*Undecided/);
});
