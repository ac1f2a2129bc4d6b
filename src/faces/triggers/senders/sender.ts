import type { OutboundClient } from '../../../outbound/client.ts';
import type { Proof } from '../proofs/proof.ts';
import type { Notice, RawDelivery, Trigger } from '../trigger.ts';

/** What a sender's rules need of the service. */
export interface SenderParts {
  client: OutboundClient;
  /** Stand-ins for Amazon's SNS. */
  snsOrigins: readonly string[];
  now(): number;
}

/** Whose webhooks these are: how they are proven, and what they say. */
export interface Sender {
  /** Events that count where a trigger names none; all when absent. */
  usualEvents?: readonly string[];
  prove(trigger: Trigger, secrets: readonly string[]): Proof;
  /** Reads a proven delivery; throws `invalid-request` for what it never sends. */
  read(raw: RawDelivery, json: unknown): Notice;
  /** How old what it signs may be, where it signs a time. */
  maxAgeMs?: number;
  /** Answers what the sender asks before it sends anything of use; says so, or undefined where it asks nothing. */
  greet?(json: unknown): Promise<string | undefined>;
}
