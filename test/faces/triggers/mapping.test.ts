// JSON pointers, templates, and what senders' payloads say of a deployment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { whyIgnored } from '../../../src/faces/triggers/mapping/match.ts';
import { isPointer, textAt, valueAt } from '../../../src/faces/triggers/mapping/pointer.ts';
import { checkTemplate, fill } from '../../../src/faces/triggers/mapping/template.ts';
import { createSenders } from '../../../src/faces/triggers/senders/registry.ts';
import type {
  Fields,
  Notice,
  Trigger,
  TriggerSender,
} from '../../../src/faces/triggers/trigger.ts';

test('pointers: the examples of RFC 6901', () => {
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };
  assert.equal(valueAt(document, ''), document);
  const examples: [string, unknown][] = [
    ['/foo', document.foo],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ];
  for (const [pointer, value] of examples)
    assert.deepEqual(valueAt(document, pointer), value, pointer);
});

test('pointers: nothing is found that the document itself has not, and nothing throws', () => {
  for (const pointer of [
    '/constructor',
    '/__proto__',
    '/foo/length',
    '/foo/-',
    '/foo/00',
    '/x/y/z',
    '/foo/0/0',
  ])
    assert.equal(valueAt({ foo: ['bar'] }, pointer), undefined, pointer);
  for (const text of ['foo', '/a~2', '/a~', '~']) assert.equal(isPointer(text), false, text);
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      textAt(value, `/${text}`);
    }),
  );
});

test('pointers: every value of a document is found at its pointer', () => {
  const escape = (step: string) => step.replaceAll('~', '~0').replaceAll('/', '~1');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      for (const [key, value] of Object.entries(document))
        assert.equal(valueAt(document, `/${escape(key)}`), value);
    }),
  );
});

const NOTICE: Notice = {
  event: 'deployed',
  delivery: 'd-1',
  fields: { application: 'checkout' },
  payload: { a: 'x', n: 42, yes: true, empty: '', none: null, list: [1], object: {} },
};

function filled(text: string): { text: string; messages: string[] } {
  const violations: { pointer: string; message: string }[] = [];
  const result = fill(text, NOTICE, { pointer: '/p', violations });
  return { text: result, messages: violations.map(({ message }) => message) };
}

test('templates: texts, numbers, names and defaults', () => {
  const examples: [string, string][] = [
    ['plain', 'plain'],
    ['{{/a}}', 'x'],
    ['{{ /a }}-{{/n}}-{{/yes}}', 'x-42-true'],
    ['{{application}}/{{event}}/{{delivery}}', 'checkout/deployed/d-1'],
    ['{{version|v0}}', 'v0'],
    ['{{/none|other}}{{/empty|}}', 'other'],
    ['{{/object|o}}', 'o'],
    ['${scope} {x} }', '${scope} {x} }'],
  ];
  for (const [template, text] of examples)
    assert.deepEqual(filled(template), { text, messages: [] }, template);
});

test('templates: what is missing is told by its place, with what to do', () => {
  assert.deepEqual(filled('{{/b}}').messages, [
    'needs {{/b}}, which is not in the payload: name another place, or a default as in {{/b|none}}',
  ]);
  assert.match(filled('{{/list}}').messages[0]!, /is a list in the payload/);
  assert.match(filled('{{/object}}').messages[0]!, /is an object in the payload/);
  assert.equal(filled('{{version}}{{environment}}').messages.length, 2);
});

test('templates: a value that looks like one is not filled again', () => {
  const notice = { ...NOTICE, payload: { a: '{{/n}}', b: '$&' } };
  const place = { pointer: '/p', violations: [] };
  assert.equal(fill('{{/a}}{{/b}}', notice, place), '{{/n}}$&');
});

test('templates: what can never be filled is refused before anything comes', () => {
  for (const text of ['{{/a', '/a}}', '{{a b}}', '{{}', '{{nobody}}', '{{/a~}}'])
    assert.notDeepEqual(checkTemplate(text, '/p'), [], text);
  for (const text of ['', 'x', '{{/a}}', '{{/a|}}', '{{ version | x }}', '{x}'])
    assert.deepEqual(checkTemplate(text, '/p'), [], text);
});

test('matches: lists, stars and places', () => {
  const why = (trigger: Partial<Trigger>) =>
    whyIgnored(trigger as Trigger, ['usual'], { ...NOTICE, event: 'deployment.success' });
  assert.match(why({})!, /the event is "deployment.success"; here usual counts/);
  assert.equal(why({ events: ['deployment.*'] }), undefined);
  assert.match(why({ events: ['deploymen'] })!, /counts/);
  assert.equal(
    why({ events: ['*'], when: { '/n': '42', application: ['a', 'checkout'] } }),
    undefined,
  );
  assert.match(
    why({ events: ['*'], when: { '/none': 'x' } })!,
    /\/none is not there; here x counts/,
  );
  const long = whyIgnored({} as Trigger, ['usual'], { ...NOTICE, event: 'x'.repeat(5000) })!;
  assert.ok(long.length < 200);
});

const senders = createSenders({ client: undefined as never, snsOrigins: [], now: Date.now });
const read = (sender: TriggerSender, json: unknown, headers = {}) =>
  senders[sender].read({ headers, bytes: Buffer.from('') }, json);

test('what payloads say of a deployment, where they say it in more than one way', () => {
  const event = { 'x-github-event': 'workflow_run' };
  const run = { conclusion: 'success', head_sha: 'f'.repeat(40) };
  const examples: [TriggerSender, unknown, object, string, Fields][] = [
    [
      'github',
      { action: 'completed', workflow_run: run, repository: { name: 'shop' } },
      event,
      'workflow_run.success',
      { application: 'shop', version: 'f'.repeat(12) },
    ],
    [
      'github',
      { action: 'requested', workflow_run: { ...run, conclusion: null } },
      event,
      'workflow_run.requested',
      { version: 'f'.repeat(12) },
    ],
    [
      'github',
      { action: 'created', deployment: { ref: 'refs/tags/v1.2.3', sha: 'a', payload: 'no json' } },
      { 'x-github-event': 'deployment' },
      'deployment.created',
      { version: 'v1.2.3' },
    ],
    [
      'gitlab',
      {
        object_kind: 'pipeline',
        object_attributes: { status: 'success', ref: 'main', sha: 'b'.repeat(40) },
      },
      {},
      'pipeline.success',
      { version: 'b'.repeat(12) },
    ],
    [
      'flux',
      {
        reason: 'ReconciliationSucceeded',
        involvedObject: { name: 'apps' },
        metadata: { 'kustomize.toolkit.fluxcd.io/revision': `main@sha1:731f7ea${'0'.repeat(33)}` },
      },
      {},
      'ReconciliationSucceeded',
      { application: 'apps', version: '731f7ea00000' },
    ],
    [
      'spinnaker',
      { details: { type: 'orca:pipeline:complete', application: 'shop' }, content: {} },
      {},
      'orca:pipeline:complete',
      { application: 'shop' },
    ],
    [
      'jenkins',
      {
        name: 'shop',
        build: { phase: 'COMPLETED', status: 'FAILURE', scm: { commit: 'c'.repeat(40) } },
      },
      {},
      'COMPLETED.FAILURE',
      { application: 'shop', version: 'c'.repeat(12) },
    ],
    [
      'codedeploy-sns',
      {
        Type: 'Notification',
        Message: JSON.stringify({
          detail: {
            state: 'SUCCESS',
            application: 'shop',
            deploymentGroup: 'prod',
            deploymentId: 'd-1',
          },
        }),
      },
      {},
      'SUCCESS',
      { application: 'shop', version: 'd-1', environment: 'prod' },
    ],
    [
      'codedeploy-sns',
      { Type: 'UnsubscribeConfirmation', Message: 'text' },
      {},
      'UnsubscribeConfirmation',
      {},
    ],
    [
      'argocd',
      {
        application: 'shop',
        phase: 'Succeeded',
        images: ['shop@sha256:0b31'],
        revision: 'd'.repeat(40),
      },
      {},
      'Succeeded',
      { application: 'shop', version: 'd'.repeat(12) },
    ],
    [
      'cdevents',
      {
        context: { type: 'dev.cdevents.service.deployed.0.1.0-draft', id: '1', source: 's' },
        subject: { id: 'shop', content: { artifactId: 'pkg:oci/shop@sha256%3A0b31' } },
      },
      {},
      'service.deployed',
      { application: 'shop', version: 'sha256:0b31' },
    ],
    [
      'cdevents',
      { project: 'sockshop' },
      { 'ce-type': 'sh.keptn.event.deployment.finished', 'ce-id': '1', 'ce-source': 'keptn' },
      'sh.keptn.event.deployment.finished',
      {},
    ],
  ];
  for (const [sender, json, headers, wanted, fields] of examples) {
    const notice = read(sender, json, headers);
    assert.deepEqual([notice.event, notice.fields], [wanted, fields], JSON.stringify(json));
  }
});

test('whatever JSON is proven is read, or refused in words', () => {
  const headers = { 'x-github-event': 'push', 'content-type': 'application/cloudevents+json' };
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(senders) as TriggerSender[])),
      fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())),
      (sender, json) => {
        const { event, fields } = read(sender, json, headers);
        assert.equal(typeof event, 'string');
        for (const text of Object.values(fields)) assert.equal(typeof text, 'string');
      },
    ),
  );
});

test('a batch of CloudEvents, and a webhook of GitHub without its event, are refused', () => {
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  assert.throws(() => read('cdevents', [], batch), /send each event by itself/);
  assert.throws(() => read('github', {}), /has no header "x-github-event"/);
});
