import type { WebhookEvent } from '../../model/event.ts';
import type { Format } from './format.ts';

/**
 * CloudEvents 1.0 in structured mode; at most 64 KB, which intermediaries must let through. The id is the same for every
 * receiver of an event; `sequence` is the extension of that name, padded so that texts sort as numbers do.
 */
export const cloudevents: Format = {
  contentType: 'application/cloudevents+json; charset=utf-8',
  write(event, { url }) {
    const { data, type, timestamp } = event;
    const envelope = {
      ...envelopeOf(event),
      type: `io.canary-verdict.${type}`,
      subject: data.id,
      time: timestamp,
      sequence: String(data.sequence).padStart(10, '0'),
      datacontenttype: 'application/json',
      data,
    };
    return { url, body: JSON.stringify(envelope) };
  },
};

/** What tells the event from all others. */
export function envelopeOf({ data }: WebhookEvent): {
  specversion: '1.0';
  id: string;
  source: string;
} {
  const source = data.links.self.slice(0, data.links.self.lastIndexOf('/'));
  return { specversion: '1.0', id: `${data.id}-${data.sequence}`, source };
}
