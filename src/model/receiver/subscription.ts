import type { AnalysisSnapshot, EventType } from '../analysis.ts';
import type { Receiver } from './receiver.ts';

/** Which analyses; all that is said must hold. */
export interface EventFilter {
  /** The config has one of these names. */
  configs?: string[];
  /** The label `application` has one of these values. */
  applications?: string[];
  /** The analysis has all of these labels. */
  labels?: Record<string, string>;
}

/** What a subscription says, wherever it is declared. */
export interface SubscriptionTerms extends Receiver {
  description?: string;
  /** Names of signing secrets, never the secrets; several while one replaces another, none where nothing is signed. */
  secrets: string[];
  filter: EventFilter;
}

export interface Disabled {
  at: number;
  reason: string;
}

/** A receiver that is told of every analysis that fits. */
export interface Subscription extends SubscriptionTerms {
  id: string;
  /** Where it is declared and can be changed. */
  origin: 'api' | 'configuration';
  /** The address came by reference and is stored and shown nowhere. */
  isUrlSecret?: boolean;
  /** Nothing is sent while it is. */
  disabled?: Disabled;
  createdAt?: number;
  updatedAt?: number;
}

/** Ids of stored subscriptions begin so; names of configured ones must not. */
export const STORED_PREFIX = 'sub_';

export function isWanted(
  { events, filter }: Pick<Subscription, 'events' | 'filter'>,
  event: EventType,
  { configName, labels }: Pick<AnalysisSnapshot, 'configName' | 'labels'>,
): boolean {
  const { configs, applications, labels: wanted = {} } = filter;
  const application = Object.hasOwn(labels, 'application') ? labels['application']! : undefined;
  return (
    events.includes(event) &&
    (configs === undefined || configs.includes(configName)) &&
    (applications === undefined ||
      (application !== undefined && applications.includes(application))) &&
    Object.entries(wanted).every(
      ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
    )
  );
}
