import type { IncomingHttpHeaders } from 'node:http';
import type { components } from '../../openapi.d.ts';

type Schemas = components['schemas'];
export type Trigger = Schemas['Trigger'];
export type TriggerSender = Schemas['TriggerSender'];
export type AnalysisRequest = Schemas['AnalysisRequest'];

/** A webhook as it came in: nothing of it is believed yet. */
export interface RawDelivery {
  /** The body, byte by byte: a signature is over these, and over no other way to write the same. */
  bytes: Buffer;
  headers: IncomingHttpHeaders;
}

/** What payloads say of a deployment, whoever sends them. */
export type Field = 'application' | 'version' | 'environment';
export type Fields = Partial<Record<Field, string>>;

/** What a webhook says, in words that are the same for every sender. */
export interface Notice {
  /** As `events` of a trigger names it. */
  event: string;
  /** The sender's own id of the delivery; absent where it has none. */
  delivery?: string | undefined;
  /** What JSON pointers point into. */
  payload: unknown;
  fields: Fields;
  /** When it was sent, where the sender says so in what it signs; epoch milliseconds, NaN where that is unreadable. */
  sentAt?: number;
}

/** A configured secret by its name, or all of them while one replaces another. */
export type Secrets = Readonly<Record<string, readonly string[]>>;
