// Webhooks of every sender, as it sends them, through the whole service.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask } from '../../support/ask.ts';
import { casesOf, github, sns, TOPIC, type Deployment } from './support/deliveries.ts';
import { REQUEST, startTriggers, type TriggersService } from './support/service.ts';

const OTHERS = [
  {
    name: 'production',
    sender: 'github',
    secret: 'github',
    when: { environment: ['production', 'prod-eu'] },
  },
  { name: 'running', sender: 'github', secret: 'github', events: ['deployment_status.*'] },
  { name: 'shown', sender: 'generic', secret: 'shared' },
].map((trigger) => ({ ...trigger, request: REQUEST }));

let api: TriggersService;
before(async () => {
  api = await startTriggers({}, [
    ...OTHERS,
    {
      name: 'mapped',
      sender: 'generic',
      secret: 'shared',
      request: {
        ...REQUEST,
        config: '{{/config|checkout}}',
        baseline: { scope: '{{/from}}', location: '{{/where|eu}}' },
        canary: { scope: '{{/to/0/name}}' },
        labels: { change: '{{/a~1b}}' },
      },
    },
  ]);
});
after(() => api.close());

let count = 0;
const deployed = (changes: Partial<Deployment> = {}): Deployment => {
  count += 1;
  return {
    id: `delivery-${count}`,
    version: `v${count}`,
    counts: true,
    at: Date.now(),
    ...changes,
  };
};
const bearer = { 'content-type': 'application/json', authorization: 'Bearer shared-secret' };
const shown = (payload: object, headers = {}) => ({
  headers: { ...bearer, ...headers },
  body: JSON.stringify(payload),
});

describe('each sender', () => {
  for (const [name, { fields }] of Object.entries(casesOf('https://unused.example'))) {
    const { application, environment = 'none' } = fields;

    test(`${name}: what has been deployed is analysed, once`, async () => {
      const { deliver, versionOf } = api.cases[name]!;
      const deployment = deployed();
      const delivery = deliver(deployment);
      const rows = api.rows();
      const first = await api.send(name, delivery);
      assert.deepEqual([first.status, first.body.created], [202, true], first.text);
      const { body: analysis } = await api.call('get', first.headers['location']!);
      assert.equal(analysis.id, first.body.analysis);
      const { baseline, canary } = analysis.scopes.default;
      assert.equal(baseline.scope, `${application}-stable`);
      assert.equal(canary.scope, `${application}-${versionOf(deployment)}`);
      assert.deepEqual(canary.parameters, { env: environment });
      assert.equal(analysis.labels.environment, environment);
      assert.equal(analysis.labels.trigger, name);
      const second = await api.send(name, delivery);
      assert.deepEqual(
        [second.status, second.body],
        [202, { analysis: analysis.id, created: false }],
      );
      assert.equal((await api.analysesOf(name)).length, 1);
      assert.ok(api.rows() >= rows + 2, 'an analysis and its delivery');
      const other = await api.send(name, deliver(deployed()));
      assert.equal(other.body.created, true, other.text);
      assert.equal((await api.analysesOf(name)).length, 2);
    });

    test(`${name}: without its signature, or with a wrong one, it is 401 and leaves no row`, async () => {
      const before = api.rows();
      const { headers, body } = api.cases[name]!.deliver(deployed());
      const unsigned = { 'content-type': headers['content-type']! };
      const message = name === 'codedeploy-sns' ? (JSON.parse(body) as object) : undefined;
      const forged =
        message === undefined
          ? [
              { headers: unsigned, body },
              { headers: wronglySigned(headers), body },
            ]
          : [
              { headers, body: JSON.stringify({ ...message, Signature: undefined }) },
              { headers, body: JSON.stringify({ ...message, MessageId: 'other' }) },
            ];
      for (const delivery of forged) {
        const answer = await api.send(name, delivery);
        assert.deepEqual([answer.status, answer.body.code], [401, 'unauthorized'], answer.text);
        assert.match(
          answer.body.detail,
          /^the delivery was refused: it has no .* right for this trigger/,
        );
      }
      assert.equal(api.rows(), before);
    });

    test(`${name}: an event that does not count is 200 with the reason, and leaves no row`, async () => {
      if (name === 'generic') return; // all of its events count
      const before = api.rows();
      const answer = await api.send(name, api.cases[name]!.deliver(deployed({ counts: false })));
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.body.ignored, /^the event is ".+"; here .+ counts$/);
      assert.equal(api.rows(), before);
    });

    test(`${name}: 50 times at once it is one analysis`, async () => {
      const earlier = (await api.analysesOf(name)).length;
      const delivery = api.cases[name]!.deliver(deployed());
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          ask(api, 'POST', `/triggers/${name}`, delivery.headers, delivery.body),
        ),
      );
      const bodies = answers.map(({ body }) => JSON.parse(body) as { analysis: string });
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
      assert.equal(new Set(bodies.map(({ analysis }) => analysis)).size, 1);
      assert.equal((await api.analysesOf(name)).length, earlier + 1);
    });

    test(`${name}: a dry run shows what it would start, and stores nothing`, async () => {
      const before = api.rows();
      const { deliver, versionOf } = api.cases[name]!;
      const deployment = deployed();
      const { headers, body } = deliver(deployment);
      const path = `/triggers/${name}/dry-run`;
      const right = await api.call('post', path, { headers, body });
      assert.equal(right.status, 200, right.text);
      assert.equal(right.body.verified, true);
      assert.equal(right.body.refused, undefined, right.text);
      const { canary, labels } = right.body.request;
      assert.equal(canary.scope, `${application}-${versionOf(deployment)}`);
      assert.equal(labels.trigger, name);
      if (name !== 'codedeploy-sns') {
        const wrong = await api.call('post', path, {
          headers: { 'content-type': 'text/plain', ...ofGithub(headers) },
          body,
        });
        assert.deepEqual([wrong.status, wrong.body.verified], [200, false], wrong.text);
        assert.deepEqual(wrong.body.request?.canary, canary, wrong.text);
      }
      assert.equal(api.rows(), before);
    });
  }
});

/** All but the signature, of which the last letter is another one. */
function wronglySigned(headers: Record<string, string>): Record<string, string> {
  const signing =
    /^(x-hub-signature-256|x-signature|x-gitlab-token|authorization|webhook-signature)$/;
  return Object.fromEntries(
    Object.entries(headers).map(([key, text]) => [
      key,
      signing.test(key) ? `${text.slice(0, -3)}${text.endsWith('xyz') ? 'abc' : 'xyz'}` : text,
    ]),
  );
}

/** What tells the event where headers do, and no signature. */
function ofGithub(headers: Record<string, string>): Record<string, string> {
  const kept = ['x-github-event', 'x-github-delivery', 'idempotency-key', 'content-type'];
  return Object.fromEntries(Object.entries(headers).filter(([key]) => kept.includes(key)));
}

describe('deliveries', () => {
  const payload = (environment: string, extra = {}) => ({
    action: 'created',
    deployment_status: { state: 'success' },
    deployment: { sha: 'a'.repeat(40), ref: 'v1.42.0', environment },
    repository: { name: 'checkout', full_name: 'acme/checkout' },
    ...extra,
  });

  test('github: the same body under another id is the same delivery, as nobody has signed the id', async () => {
    const first = await api.send('github', github(payload('one'), 'deployment_status', 'guid-1'));
    const second = await api.send('github', github(payload('one'), 'deployment_status', 'guid-2'));
    assert.deepEqual(second.body, { analysis: first.body.analysis, created: false });
    const third = await api.send('github', github(payload('two'), 'deployment_status', 'guid-1'));
    assert.deepEqual(third.body, { analysis: first.body.analysis, created: false });
    const fourth = await api.send('github', github(payload('four'), 'deployment_status', 'guid-2'));
    assert.equal(fourth.body.created, true, 'who sends a body again takes no id away from others');
  });

  test('github: a ping is answered, and a form is refused with what to do', async () => {
    const ping = await api.send('github', github({ zen: 'Keep it simple.' }, 'ping', 'guid-ping'));
    assert.equal(ping.status, 200);
    assert.match(ping.body.ignored, /the event is "ping"; here deployment_status.success counts/);
    const { headers, body } = github(payload('x'), 'deployment_status', 'guid-form');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await api.send('github', { headers: { ...headers, ...form }, body });
    assert.equal(answer.status, 415);
    assert.match(answer.body.detail, /set the content type of the webhook to application\/json/);
  });

  test('what else must hold is told where it does not', async () => {
    const staging = github(payload('staging'), 'deployment_status', 'guid-staging');
    const ignored = await api.send('production', staging);
    assert.deepEqual(
      [ignored.status, ignored.body.ignored],
      [200, 'environment is "staging"; here production, prod-eu counts'],
    );
    const right = github(payload('prod-eu'), 'deployment_status', 'guid-eu');
    assert.equal((await api.send('production', right)).status, 202);
    assert.equal((await api.send('running', staging)).status, 202, 'a star is any ending');
  });

  test('without an id the same body is the same delivery, for ten minutes', async () => {
    const payload = { application: 'checkout', version: 'again' };
    const first = await api.send('shown', shown(payload));
    const second = await api.send('shown', shown(payload));
    assert.deepEqual(second.body, { analysis: first.body.analysis, created: false });
    const other = await api.send('shown', shown({ ...payload, version: 'other' }));
    assert.equal(other.body.created, true);
    const named = await api.send('shown', shown(payload, { 'idempotency-key': 'run-1' }));
    assert.equal(named.body.created, true);
  });

  test('codedeploy-sns: a subscription of a known topic is confirmed, at Amazon alone', async () => {
    const fields = {
      Type: 'SubscriptionConfirmation',
      MessageId: 'm-1',
      Token: 't',
      Message: 'You have chosen to subscribe',
      Timestamp: new Date().toISOString(),
    };
    const SubscribeURL = `${api.sns.url}/?Action=ConfirmSubscription&Token=t`;
    const confirmation = sns({ ...fields, SubscribeURL }, api.sns.url);
    const before = api.rows();
    const dry = await api.call('post', '/triggers/codedeploy-sns/dry-run', confirmation);
    assert.equal(dry.body.verified, true);
    const confirms = () => api.sns.requests.filter(({ path }) => path.includes('Confirm')).length;
    assert.equal(confirms(), 0);
    const answer = await api.send('codedeploy-sns', confirmation);
    assert.deepEqual(
      [answer.status, answer.body.ignored],
      [200, 'the subscription of the topic was confirmed'],
    );
    assert.equal(confirms(), 1);
    for (const delivery of [
      sns(
        { ...fields, SubscribeURL: 'http://127.0.0.1:9/?Action=ConfirmSubscription' },
        api.sns.url,
      ),
      sns({ ...fields, SubscribeURL, TopicArn: `${TOPIC}-2` }, api.sns.url),
    ]) {
      assert.equal((await api.send('codedeploy-sns', delivery)).status, 401);
    }
    assert.equal(confirms(), 1);
    assert.equal(api.rows(), before);
  });

  test('what the log tells of a webhook is which trigger and which analysis', async () => {
    const secrets = /Secret to Everybody|shared-secret|flux-secret|shown to GitLab/;
    assert.deepEqual(
      api.log.filter((line) => secrets.test(line)),
      [],
    );
    assert.ok(
      api.log.some((line) => line.includes('"webhook taken"') && line.includes('"analysis"')),
    );
  });
});

describe('mappings', () => {
  const good = { from: 'old', to: [{ name: 'new' }], 'a/b': 'c' };

  test('pointers, defaults and escapes', async () => {
    const { body } = await api.send('mapped', shown(good));
    const { body: analysis } = await api.call('get', `/api/v1/analyses/${body.analysis}`);
    const { baseline, canary } = analysis.scopes.default;
    assert.deepEqual([baseline.scope, baseline.location, canary.scope], ['old', 'eu', 'new']);
    assert.equal(analysis.labels.change, 'c');
  });

  const BAD: [string, object, RegExp][] = [
    [
      'a place that is not there',
      { ...good, from: undefined },
      /\/baseline\/scope needs {{\/from}}, which is not in the payload/,
    ],
    ['an empty text', { ...good, from: '' }, /\/baseline\/scope needs {{\/from}}/],
    [
      'a list where a text belongs',
      { ...good, from: ['a'] },
      /which is a list in the payload, not a text/,
    ],
    ['a config that is not there', { ...good, config: 'ghost' }, /there is no config "ghost"/],
    ['a text that is too long', { ...good, from: 'x'.repeat(501) }, /\/baseline\/scope must/],
    ['a placeholder of ours', { ...good, from: '${location}' }, /placeholder/],
    [
      'two sides that are one',
      { ...good, from: 'same', to: [{ name: 'same' }], where: '' },
      /same/,
    ],
  ];
  for (const [what, payload, reason] of BAD) {
    test(`${what} is 400 with the reason, a dry run tells it too, and the delivery counts once it is put right`, async () => {
      const delivery = shown(payload, { 'idempotency-key': `bad ${what}` });
      const answer = await api.send('mapped', delivery);
      assert.deepEqual([answer.status, answer.body.code], [400, 'invalid-request'], answer.text);
      assert.match(answer.body.detail, reason);
      const dry = await api.call('post', '/triggers/mapped/dry-run', delivery);
      assert.equal(dry.status, 200, dry.text);
      assert.match(dry.body.refused, reason);
      const right = shown(good, { 'idempotency-key': `bad ${what}` });
      assert.equal((await api.send('mapped', right)).body.created, true);
    });
  }

  test('values of a payload stay values', async () => {
    const evil = `x"} or vector(1) or {a="`;
    const { body } = await api.send(
      'mapped',
      shown({ ...good, from: evil, to: [{ name: '__proto__' }] }),
    );
    const { body: analysis } = await api.call('get', `/api/v1/analyses/${body.analysis}`);
    assert.equal(analysis.scopes.default.baseline.scope, evil);
    assert.equal(analysis.scopes.default.canary.scope, '__proto__');
  });
});

describe('requests that are no webhooks', () => {
  test('an unknown trigger is 404, a body that is no JSON object 400, after its signature', async () => {
    assert.equal((await api.send('ghost', shown({}))).status, 404);
    for (const body of ['{"', '[1', '"text"', '7', 'null']) {
      const answer = await api.send('shown', { headers: bearer, body });
      assert.equal(answer.status, 400, body);
      assert.match(answer.body.detail, /no JSON object/);
      const { status } = await api.send('shown', {
        headers: { 'content-type': 'text/plain' },
        body,
      });
      assert.equal(status, 401, body);
    }
  });

  test('a body over the limit is cut off with 413, an encoded one refused with 415', async () => {
    const large = await ask(api, 'POST', '/triggers/shown', bearer, 'x'.repeat(1_048_577));
    assert.equal(large.status, 413);
    assert.match(large.body, /raise triggers.maxBodyBytes/);
    const encoded = await api.send('shown', {
      headers: { ...bearer, 'content-encoding': 'gzip' },
      body: '{}',
    });
    assert.equal(encoded.status, 415);
  });

  test('what was refused and taken is counted', async () => {
    const { text } = await api.call('get', '/metrics');
    for (const outcome of ['started', 'repeated', 'ignored', 'refused', 'failed'])
      assert.match(
        text,
        new RegExp(`canary_triggers_total{sender="\\w+",outcome="${outcome}"} [1-9]`),
      );
  });
});
