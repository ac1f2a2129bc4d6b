// CloudEvents and CDEvents, read by the package of the standard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HTTP, type CloudEvent } from 'cloudevents';
import * as fc from 'fast-check';
import type { WebhookEvent } from '../../../src/model/event.ts';
import type { Verdict } from '../../../src/model/judgement/judgement.ts';
import { cdevents } from '../../../src/webhooks/formats/cdevents.ts';
import { cloudevents } from '../../../src/webhooks/formats/cloudevents.ts';
import type { Format } from '../../../src/webhooks/formats/format.ts';
import { sampleAnalysis, unjudgedAnalysis } from '../../support/analysis-sample.ts';
import { failedEvent, hostileEvent, startedEvent } from './events.ts';

const MAX_BYTES = 64 * 1024;

/** Throws where it is no valid event of the standard. */
function received<Data>(format: Format, event: WebhookEvent): CloudEvent<Data> {
  const { body } = format.write(event, { url: 'https://broker.example' })!;
  assert.ok(Buffer.byteLength(body) <= MAX_BYTES);
  const headers = { 'content-type': format.contentType };
  const read = HTTP.toEvent({ headers, body }) as CloudEvent<Data>;
  assert.ok(read.validate());
  return read;
}

interface CdEvent {
  context: Record<string, string>;
  subject: { id: string; source: string; content: Record<string, unknown> };
  customData: { 'canary-verdict': WebhookEvent['data'] };
}

test('an event in a CloudEvent', () => {
  const event = failedEvent();
  const read = received<WebhookEvent['data']>(cloudevents, event);
  assert.equal(read.id, 'an_01JNCTR8W2Q5V6X7Y8Z9A0B1C2-3');
  assert.equal(read.source, 'https://canary.example/api/v1/analyses');
  assert.equal(read.type, 'io.canary-verdict.analysis.completed');
  assert.equal(read.subject, event.data.id);
  assert.equal(read['sequence'], '0000000003');
  assert.deepEqual(read.data, event.data);
});

test('a verdict in a CDEvent', () => {
  const read = received<CdEvent>(cdevents, failedEvent());
  const { context, subject, customData } = read.data!;
  assert.equal(read.type, 'dev.cdevents.testsuiterun.finished.0.3.0');
  assert.deepEqual(context, {
    specversion: '0.5.1',
    id: read.id,
    source: read.source,
    type: read.type,
    timestamp: '2026-03-03T14:32:04.000Z',
  });
  assert.equal(read.subject, subject.id);
  assert.deepEqual(Object.keys(subject).toSorted(), ['content', 'id', 'source']);
  assert.deepEqual(subject.content, {
    environment: { id: 'eu-west' },
    testSuite: { id: 'checkout', name: 'checkout' },
    outcome: 'failure',
    severity: 'high',
    reason: failedEvent().data.reason,
  });
  assert.equal(customData['canary-verdict'].verdict, 'fail');
});

test('outcomes of a CDEvent: what is neither good nor bad is an error with its reason', () => {
  const outcome = (event: WebhookEvent) =>
    received<CdEvent>(cdevents, event).data!.subject.content['outcome'];
  const verdicts: Verdict[] = ['pass', 'marginal', 'fail', 'undecided', 'nodata'];
  assert.deepEqual(
    verdicts.map((verdict) => outcome(failedEvent({ analysis: sampleAnalysis({ verdict }) }))),
    ['success', 'error', 'failure', 'error', 'error'],
  );
  assert.deepEqual(
    (['cancelled', 'failed'] as const).map((state) =>
      outcome(failedEvent({ analysis: unjudgedAnalysis(state) })),
    ),
    ['cancel', 'error'],
  );
  assert.equal(received(cdevents, startedEvent()).type, 'dev.cdevents.testsuiterun.started.0.3.0');
  const look = failedEvent({ type: 'analysis.interval_completed' });
  assert.equal(cdevents.write(look, { url: 'https://broker.example' }), undefined);
});

test('whatever things are called, both are events of the standard', () => {
  fc.assert(
    fc.property(hostileEvent, (event) => {
      received(cloudevents, event);
      if (event.type !== 'analysis.interval_completed') received(cdevents, event);
    }),
  );
});
