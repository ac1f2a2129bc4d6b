import type { WebhookEvent } from '../../model/event.ts';
import type { DeliveryFormat } from '../../model/receiver/receiver.ts';
import { cdevents } from './cdevents.ts';
import { cloudevents } from './cloudevents.ts';
import type { Destination, Format, Message } from './format.ts';
import { githubStatus } from './github-status.ts';
import { gitlabStatus } from './gitlab-status.ts';
import { slack } from './slack.ts';
import { standard } from './standard.ts';
import { teams } from './teams.ts';

export const FORMATS: Record<DeliveryFormat, Format> = {
  standard,
  cloudevents,
  cdevents,
  slack,
  teams,
  'github-status': githubStatus,
  'gitlab-status': gitlabStatus,
};

/** Puts an event into a format; undefined where the format has no word for such an event. Pure. */
export function formatEvent(
  event: WebhookEvent,
  { format, ...to }: Destination & { format: DeliveryFormat },
): Message | undefined {
  return FORMATS[format].write(event, to);
}
