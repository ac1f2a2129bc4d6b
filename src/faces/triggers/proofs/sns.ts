import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { Fault } from '../../../errors.ts';
import type { OutboundClient } from '../../../outbound/client.ts';
import { unproven, type Proof } from './proof.ts';

/** Where messages of SNS lead to: https at Amazon, or at a stand-in that the configuration names. */
export interface SnsAddresses {
  /** Origins beside Amazon's. */
  origins: readonly string[];
  client: OutboundClient;
}

type Message = Readonly<Record<string, unknown>>;

/** With the name of a region: `sns.s3.amazonaws.com` is somebody's bucket. */
const AMAZON = /^sns\.[a-z]{2}(-[a-z]{1,12}){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,100}\.pem$/;
const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION = [
  'Message',
  'MessageId',
  'SubscribeURL',
  'Timestamp',
  'Token',
  'TopicArn',
  'Type',
];
const FETCH_TIMEOUT_MS = 5000;
const MAX_CERTIFICATE_BYTES = 64 * 1024;
/** A region has one at a time, and a new one now and then. */
const MAX_CERTIFICATES = 20;

/** The public key of the certificate at an address. */
export type KeyAt = (url: string) => Promise<KeyObject>;

/** Reads each certificate once. */
export function createKeyring({ client }: SnsAddresses): KeyAt {
  const keys = new Map<string, KeyObject>();
  return async (url) => {
    const known = keys.get(url);
    if (known !== undefined) return known;
    const key = await fetchKey(url, client);
    if (keys.size >= MAX_CERTIFICATES) keys.clear();
    keys.set(url, key);
    return key;
  };
}

/**
 * The signature of version 2 (RSA, SHA-256) by the certificate that the message names, which must lie at Amazon:
 * whoever may name any certificate may sign anything. Version 1 signs with SHA-1 and is refused.
 */
export function snsProof(topics: readonly string[], keyAt: KeyAt, addresses: SnsAddresses): Proof {
  return async ({ bytes }) => {
    const message = readMessage(bytes);
    const { SigningCertURL: url, TopicArn: topic, SignatureVersion: version } = message;
    const { Signature: signature } = message;
    if (typeof url !== 'string' || typeof topic !== 'string' || typeof signature !== 'string') {
      throw unproven('signature of SNS');
    }
    if (version !== '2') throw unproven('signature of SNS of version 2 (set SignatureVersion)');
    if (!topics.includes(topic) || !isCertificate(url, addresses)) {
      throw unproven('signature of SNS of one of its topics');
    }
    const given = Buffer.from(signature, 'base64');
    const isRight =
      given.toString('base64') === signature &&
      verify('RSA-SHA256', Buffer.from(signedText(message)), await keyAt(url), given);
    if (!isRight) throw unproven('signature of SNS');
    return 'id and body';
  };
}

/** Confirms a subscription by the address in a message whose signature holds. */
export async function confirmSubscription(
  message: Message,
  { origins, client }: SnsAddresses,
): Promise<void> {
  const url = String(message['SubscribeURL']);
  if (!isAt(URL.parse(url), origins)) throw unproven('address of SNS to confirm at');
  const { status } = await ask(url, client);
  if (status >= 200 && status < 300) return;
  throw unreachable(`SNS answered ${status} to the confirmation of the subscription`);
}

export function isSubscription({ Type: type }: Message): boolean {
  return type === 'SubscriptionConfirmation';
}

function readMessage(bytes: Buffer): Message {
  try {
    const message: unknown = JSON.parse(bytes.toString());
    if (typeof message === 'object' && message !== null) return message as Message;
  } catch {
    // no JSON, no signature
  }
  throw unproven('signature of SNS');
}

/** Each signed key and its value on a line; `Subject` only where it is there. */
function signedText(message: Message): string {
  const keys = message['Type'] === 'Notification' ? NOTIFICATION : CONFIRMATION;
  const lines = keys.flatMap((key) => {
    const value = message[key];
    if (value === undefined && key === 'Subject') return [];
    if (typeof value !== 'string') throw unproven('signature of SNS');
    return [key, value];
  });
  return `${lines.join('\n')}\n`;
}

function isCertificate(text: string, { origins }: SnsAddresses): boolean {
  const url = URL.parse(text);
  // an address can be written in many ways, which one parser may read otherwise than the next
  if (url === null || url.href !== text || url.search !== '' || url.hash !== '') return false;
  return isAt(url, origins) && CERTIFICATE_PATH.test(url.pathname);
}

function isAt(url: URL | null, origins: readonly string[]): boolean {
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (origins.includes(url.origin)) return true;
  return url.protocol === 'https:' && url.port === '' && AMAZON.test(url.hostname);
}

async function fetchKey(url: string, client: OutboundClient): Promise<KeyObject> {
  const { status, text } = await ask(url, client);
  if (status >= 500)
    throw unreachable(`the certificate of SNS could not be read: it answered ${status}`);
  if (status !== 200) throw unproven('certificate of SNS');
  try {
    return new X509Certificate(text).publicKey;
  } catch {
    throw unproven('certificate of SNS');
  }
}

async function ask(url: string, client: OutboundClient): Promise<{ status: number; text: string }> {
  try {
    const limits = { timeoutMs: FETCH_TIMEOUT_MS, maxBytes: MAX_CERTIFICATE_BYTES };
    return await client.request({ method: 'GET', url, ...limits });
  } catch (error) {
    const why = error instanceof Fault ? error.message : 'it could not be asked';
    throw unreachable(`SNS could not be asked: ${why}`);
  }
}

function unreachable(what: string): Fault {
  return new Fault('source-unavailable', `${what}; the message is taken when it is sent again`, {
    retryable: true,
  });
}
