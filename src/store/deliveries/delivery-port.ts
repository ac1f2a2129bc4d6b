import type { Delivery, DeliveryAttempt, DeliveryState } from '../../model/analysis.ts';

/** A delivery to be; id, url and body are final, because a retry must send the same bytes. */
export type NewDelivery = Omit<Delivery, 'state' | 'attempts' | 'attemptsBefore'> & {
  /** Dead from the start, as its subscription is disabled: kept, so that it can be sent again. */
  isHeld?: boolean;
};

export interface DeliveryDetail {
  delivery: Delivery;
  attempts: DeliveryAttempt[];
}

export interface DeliveryFilter {
  limit: number;
  subscriptionId?: string;
  analysisId?: string;
  /** Only deliveries older than this id (ids sort by time). */
  before?: string;
  state?: DeliveryState;
}

export interface RedeliveryRange {
  subscriptionId: string;
  /** Of the creation; the first included, the last not. */
  since: number;
  until: number;
  states: DeliveryState[];
  limit: number;
}

export interface DeliveryStore {
  get(id: string): Promise<Delivery | undefined>;
  /** Pending and due, or leased by a claim that has run out; attempts + 1. */
  claim(id: string, now: number, leaseMs: number): Promise<Delivery | undefined>;
  /**
   * Writes the attempt and the new state of its delivery in one transaction. The attempt of an older claim
   * is written too, but changes the state only when it was a success.
   */
  record(
    attempt: DeliveryAttempt,
    next: { state: 'delivered' } | { state: 'dead' } | { state: 'pending'; nextAttemptAt: number },
  ): Promise<void>;
  /** Gives a claim back without an attempt (graceful stop): due again, attempts - 1. */
  release(id: string): Promise<void>;
  /** Its attempts beside it, oldest first; so too below. */
  detail(id: string): Promise<DeliveryDetail | undefined>;
  /** Oldest event first. */
  byAnalysis(analysisId: string): Promise<DeliveryDetail[]>;
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<DeliveryDetail[]>;
  /** Makes a pending delivery dead without an attempt. */
  end(id: string): Promise<void>;
  /**
   * Makes a delivery due at `at`, with its whole schedule before it; false while it is claimed, and where there is
   * none.
   */
  redeliver(id: string, at: number): Promise<boolean>;
  /** The same for all in a range that have ended; answers their ids, or nothing is done where there are more than `limit`. */
  redeliverRange(range: RedeliveryRange, at: number): Promise<string[] | 'too-many'>;
  /** Whether any delivery of a subscription has succeeded in an attempt that began at or after `at`. */
  hasSucceededSince(subscriptionId: string, at: number): Promise<boolean>;
  claimableAt(id: string): Promise<number | undefined>;
  /** Creation time of the oldest pending delivery. */
  oldestPendingAt(): Promise<number | undefined>;
}
