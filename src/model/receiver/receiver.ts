import type { EventType } from '../analysis.ts';
import { maskedAddress } from '../masked-address.ts';
import type { StatusTarget } from './status-target.ts';

/** What is sent to a receiver; `webhooks/formats` has a file for each. */
export const DELIVERY_FORMATS = [
  'standard',
  'cloudevents',
  'cdevents',
  'slack',
  'teams',
  'github-status',
  'gitlab-status',
] as const;
export type DeliveryFormat = (typeof DELIVERY_FORMATS)[number];

/** Where events go and in which format: what callbacks and subscriptions have in common. */
export interface Receiver {
  url: string;
  events: EventType[];
  format: DeliveryFormat;
  /** Name of a token in the service's configuration, never the token; of statuses alone. */
  token?: string;
  /** What a status is set on; of statuses alone. */
  target?: StatusTarget;
}

/** What a receiver of a format wants beside the body. */
export interface Manners {
  /** By Standard Webhooks; whoever knows the address of a chat may write there, and the others ask for a token. */
  isSigned: boolean;
  isStatus: boolean;
  /** Whoever reads the path of such an address may write there. */
  isAddressSecret: boolean;
  /** What it is told unless it asks for other events. */
  events: readonly EventType[];
}

const EVERY: readonly EventType[] = [
  'analysis.started',
  'analysis.interval_completed',
  'analysis.completed',
];
const SIGNED: Manners = {
  isSigned: true,
  isStatus: false,
  isAddressSecret: false,
  events: EVERY,
};
const CHAT: Manners = {
  isSigned: false,
  isStatus: false,
  isAddressSecret: true,
  events: ['analysis.completed'],
};
const STATUS: Manners = {
  isSigned: false,
  isStatus: true,
  isAddressSecret: false,
  events: ['analysis.started', 'analysis.completed'],
};

export const MANNERS: Record<DeliveryFormat, Manners> = {
  standard: SIGNED,
  cloudevents: SIGNED,
  // CDEvents knows the begin and the end of a run, and nothing between
  cdevents: { ...SIGNED, events: STATUS.events },
  slack: CHAT,
  teams: CHAT,
  'github-status': STATUS,
  'gitlab-status': STATUS,
};

/** The address of a receiver as people may read it. */
export function shownAddress({ url, format }: Pick<Receiver, 'url' | 'format'>): string {
  return MANNERS[format].isAddressSecret ? hiddenAddress(url) : maskedAddress(url);
}

/** Which server it is, and nothing more. */
export function hiddenAddress(url: string): string {
  const origin = URL.parse(url)?.origin;
  return origin === undefined ? '' : `${origin}/***`;
}
