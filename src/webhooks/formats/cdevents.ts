import type { WebhookEvent } from '../../model/event.ts';
import type { EventData } from '../../model/event/event-data.ts';
import { envelopeOf } from './cloudevents.ts';
import type { Format } from './format.ts';
import { environmentOf } from './words.ts';

/** Of CDEvents 0.5: an analysis is a run of a test suite, its config the suite. */
const SPEC_VERSION = '0.5.1';
const TYPES = {
  'analysis.started': 'dev.cdevents.testsuiterun.started.0.3.0',
  'analysis.completed': 'dev.cdevents.testsuiterun.finished.0.3.0',
  'subscription.test': 'dev.cdevents.testsuiterun.finished.0.3.0',
} as const;

/**
 * A CDEvent within a CloudEvent in structured mode. There is no word for a look in between, nor for a verdict that is
 * neither pass nor fail: its outcome is `error` with the reason, and the verdict stands in `customData`.
 */
export const cdevents: Format = {
  contentType: 'application/cloudevents+json; charset=utf-8',
  write(event, { url }) {
    if (event.type === 'analysis.interval_completed') return undefined;
    const type = TYPES[event.type];
    const { id, source, specversion } = envelopeOf(event);
    const { data, timestamp } = event;
    const body = {
      specversion,
      id,
      source,
      type,
      subject: data.id,
      time: timestamp,
      datacontenttype: 'application/json',
      data: {
        context: { specversion: SPEC_VERSION, id, source, type, timestamp },
        subject: { id: data.id, source, content: contentOf(event) },
        customData: { 'canary-verdict': data },
        customDataContentType: 'application/json',
      },
    };
    return { url, body: JSON.stringify(body) };
  },
};

function contentOf({ type, data }: WebhookEvent): object {
  const run = {
    environment: { id: placeOf(data) },
    testSuite: { id: data.config || 'config', name: data.config },
  };
  if (type === 'analysis.started') return { ...run, trigger: { type: 'other' } };
  const outcome = outcomeOf(data);
  return {
    ...run,
    outcome,
    ...(outcome === 'failure' ? { severity: isCritical(data) ? 'critical' : 'high' } : {}),
    ...(data.reason === null ? {} : { reason: data.reason }),
  };
}

/** Where it runs: a run of tests must say it. */
function placeOf(data: EventData): string {
  return environmentOf(data) || data.sides?.canary.location || 'unknown';
}

function outcomeOf({ verdict, state }: EventData): 'success' | 'failure' | 'cancel' | 'error' {
  if (verdict === 'pass') return 'success';
  if (verdict === 'fail') return 'failure';
  return state === 'failed' || verdict !== null ? 'error' : 'cancel';
}

function isCritical({ failingMetrics }: EventData): boolean {
  return failingMetrics.some(({ critical }) => critical);
}
