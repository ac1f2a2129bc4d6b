import { newId } from '../../new-id.ts';
import { Fault } from '../../errors.ts';
import { MANNERS } from '../../model/receiver/receiver.ts';
import {
  STORED_PREFIX,
  type Subscription,
  type SubscriptionTerms,
} from '../../model/receiver/subscription.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { StoredSubscription } from '../../store/subscription-store.ts';
import { checkSubscription, type ReceiverRules } from '../accept/check-receiver.ts';
import { invalidRequest } from '../accept/invalid-request.ts';

export type SubscriptionRequest = components['schemas']['SubscriptionRequest'];

export interface SubscriptionsDependencies extends ReceiverRules {
  store: Store;
  /** Those of the configuration. */
  configured: readonly Subscription[];
  now(): number;
}

/** Who is told of what: those of the configuration, and those that were made by request. */
export interface Subscriptions {
  /** Ascending by id. */
  all(): Promise<Subscription[]>;
  find(id: string): Promise<Subscription | undefined>;
  /** Fault `not-found` where there is none; so too below. */
  get(id: string): Promise<Subscription>;
  /** Fault `invalid-request` where nothing could ever be sent, `conflict` where there are too many. */
  create(request: SubscriptionRequest): Promise<Subscription>;
  /** Fault `conflict` for one of the configuration; so too when deleting. */
  replace(id: string, request: SubscriptionRequest): Promise<Subscription>;
  delete(id: string): Promise<void>;
  /** Sends nothing more there; what waits becomes dead. One that is disabled keeps its reason. */
  disable(id: string, reason: string): Promise<Subscription>;
  enable(id: string): Promise<Subscription>;
}

/** Each event is held against all of them. */
const MOST_STORED = 500;

export function createSubscriptions(dependencies: SubscriptionsDependencies): Subscriptions {
  const { store, configured, now } = dependencies;

  async function find(id: string): Promise<Subscription | undefined> {
    const own =
      configured.find((one) => one.id === id) ?? ofStored(await store.subscriptions.get(id));
    if (own === undefined) return undefined;
    const disabled = await store.subscriptions.disabled(id);
    return disabled === undefined ? own : { ...own, disabled };
  }

  async function get(id: string): Promise<Subscription> {
    const found = await find(id);
    if (found === undefined) throw unknownSubscription(id);
    return found;
  }

  async function changeable(id: string): Promise<void> {
    const { origin } = await get(id);
    if (origin === 'api') return;
    throw new Fault(
      'conflict',
      `subscription "${id}" is declared in the configuration: change it there, under webhooks.subscriptions`,
      { subject: `subscription "${id}"` },
    );
  }

  return {
    async all() {
      const stored = await store.subscriptions.list();
      const subscriptions = [...configured, ...stored.map((one) => ofStored(one))];
      if (subscriptions.length === 0) return [];
      const disabled = await store.subscriptions.allDisabled();
      return subscriptions
        .map((one) => {
          const why = disabled.get(one.id);
          return why === undefined ? one : { ...one, disabled: why };
        })
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    find,
    get,
    async create(request) {
      const terms = readTerms(request, dependencies);
      const at = now();
      const id = `${STORED_PREFIX}${newId(at)}`;
      if (!(await store.subscriptions.create(id, terms, at, MOST_STORED))) {
        throw new Fault(
          'conflict',
          `there are ${MOST_STORED} subscriptions already, which is the most: delete one that nobody needs`,
        );
      }
      return get(id);
    },
    async replace(id, request) {
      await changeable(id);
      const terms = readTerms(request, dependencies);
      if (!(await store.subscriptions.replace(id, terms, now()))) throw unknownSubscription(id);
      return get(id);
    },
    async delete(id) {
      await changeable(id);
      if (!(await store.subscriptions.delete(id))) throw unknownSubscription(id);
    },
    async disable(id, reason) {
      await get(id);
      await store.subscriptions.disable(id, { at: now(), reason });
      return get(id);
    },
    async enable(id) {
      await get(id);
      await store.subscriptions.enable(id);
      return get(id);
    },
  };
}

function ofStored(stored: StoredSubscription): Subscription;
function ofStored(stored: StoredSubscription | undefined): Subscription | undefined;
function ofStored(stored: StoredSubscription | undefined): Subscription | undefined {
  if (stored === undefined) return undefined;
  const { terms, ...rest } = stored;
  return { ...terms, ...rest, origin: 'api' };
}

function readTerms(request: SubscriptionRequest, rules: ReceiverRules): SubscriptionTerms {
  const { violations } = checkSubscription(request, rules);
  if (violations.length > 0) throw invalidRequest(violations);
  return termsOf(request);
}

/** What was left out is what the format wants. */
export function termsOf(request: SubscriptionRequest): SubscriptionTerms {
  const { url, description, format = 'standard', secrets, events, filter, token, target } = request;
  const manners = MANNERS[format];
  return {
    url,
    ...(description === undefined ? {} : { description }),
    format,
    secrets: manners.isSigned ? [...(secrets ?? ['default'])] : [],
    events: [...(events ?? manners.events)],
    filter: { ...filter },
    ...(token === undefined ? {} : { token }),
    ...(target === undefined ? {} : { target: { ...target } }),
  };
}

function unknownSubscription(id: string): Fault {
  return new Fault('not-found', `there is no subscription "${id}"`, {
    subject: `subscription "${id}"`,
  });
}
