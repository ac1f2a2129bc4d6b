// Server-sent events as a client without a library reads them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

interface Event {
  id: string;
  event: string;
  data: { state: string; verdict?: string; judged: number };
}

function parse(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('id: '))
    .map((block) => {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      return { id: fields['id']!, event: fields['event']!, data: JSON.parse(fields['data']!) };
    });
}

test('an analysis that has ended tells its end and closes the stream', async () => {
  const { body } = await api.call('post', '/api/v1/analyses', { body: inlineRequest('fail') });
  await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
  const answer = await fetch(`${api.url}/api/v1/analyses/${body.id}/events`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events = parse(await answer.text());
  assert.deepEqual(
    events.map(({ event, data }) => [event, data.state, data.verdict, data.judged]),
    [['ended', 'completed', 'fail', 1]],
  );
});

test('a follower is told where it stands, then the end; one that knows is not told again', async () => {
  const start = new Date(Date.now() + 3_600_000).toISOString();
  const window = { start, duration: '2h', step: '60s' };
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { window }),
  });
  const path = `${api.url}/api/v1/analyses/${body.id}/events`;
  const first = await fetch(path);
  const reader = first.body!.pipeThrough(new TextDecoderStream()).getReader();
  const [known] = parse((await reader.read()).value!);
  assert.deepEqual([known!.event, known!.data.state], ['changed', 'queued']);
  const again = await fetch(path, { headers: { 'last-event-id': known!.id } });
  await api.call('post', `/api/v1/analyses/${body.id}/cancel`);
  const later = parse(await again.text());
  assert.deepEqual(
    later.map(({ event, data }) => [event, data.state]),
    [['ended', 'cancelled']],
  );
  const [last] = parse((await reader.read()).value!);
  assert.equal(last!.event, 'ended');
  assert.equal((await reader.read()).done, true);
});

test('nothing is there to follow: a 404 that says so', async () => {
  const { status, body } = await api.call('get', '/api/v1/analyses/none/events');
  assert.equal(status, 404);
  assert.match(body.detail, /none/);
});

test('a service that stops ends its streams', async () => {
  const other = await startTestService();
  const start = new Date(Date.now() + 3_600_000).toISOString();
  const { body } = await other.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { window: { start, duration: '2h', step: '60s' } }),
  });
  const answer = await fetch(`${other.url}/api/v1/analyses/${body.id}/events`);
  const text = answer.text();
  await other.close();
  assert.equal(parse(await text).length, 1);
});
