import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import type { Additions, Prepare, Submit } from '../../analysis/accept/submit.ts';
import type { Contract } from '../../contract/contract.ts';
import { Fault, toFault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { Log, Meters } from '../../telemetry.ts';
import { mapRequest } from './mapping/map-request.ts';
import { whyIgnored } from './mapping/match.ts';
import { identify, type Identity } from './marks.ts';
import type { Reach } from './proofs/proof.ts';
import { checkTime } from './proofs/time.ts';
import { CARRIER, isProtectionRule, readProtectionRule } from './protection-rule/rule.ts';
import type { Sender } from './senders/sender.ts';
import type { Senders } from './senders/registry.ts';
import type { TriggerSettings } from './settings.ts';
import type { Shelf } from './shelf.ts';
import type { AnalysisRequest, Notice, RawDelivery, Trigger } from './trigger.ts';

type Rehearsal = components['schemas']['TriggerRehearsal'];

export interface ReceiveDependencies {
  contract: Contract;
  store: Store;
  shelf: Shelf;
  senders: Senders;
  settings: TriggerSettings;
  submit: Submit;
  prepare: Prepare;
  log: Log;
  meters: Meters;
  now(): number;
}

/** What became of a webhook. */
export type Received = { ignored: string } | { analysis: string; created: boolean };

export interface Receive {
  /** Verifies, then reads, then starts the analysis of the delivery, or finds the one that it has started. */
  take(name: string, raw: RawDelivery): Promise<Received>;
  /** What `take` would do, and whether the delivery is proven; nothing is stored. */
  rehearse(name: string, raw: RawDelivery): Promise<Rehearsal>;
}

/** A webhook that has been read; what it says is believed as far as it is proven. */
interface Read {
  trigger: Trigger;
  sender: Sender;
  json: unknown;
  notice: Notice;
}

export function createReceive(dependencies: ReceiveDependencies): Receive {
  const { store, shelf, senders, settings, meters, log, now } = dependencies;

  async function prove(trigger: Trigger, sender: Sender, raw: RawDelivery): Promise<Reach> {
    const { secret } = trigger;
    const known = settings.secrets;
    const texts = secret !== undefined && Object.hasOwn(known, secret) ? known[secret]! : [];
    return await sender.prove(trigger, texts)(raw);
  }

  async function take(trigger: Trigger, raw: RawDelivery): Promise<Received> {
    const sender = senders[trigger.sender];
    const reach = await prove(trigger, sender, raw);
    const read = readDelivery(trigger, sender, raw);
    checkAge(read, now());
    const greeting = await sender.greet?.(read.json);
    const ignored = greeting ?? whyIgnored(trigger, sender.usualEvents, read.notice);
    if (ignored !== undefined) return { ignored };
    const identity = identify(raw, read.notice, reach, now());
    const known = await store.triggers.recall(trigger.name, identity.marks, identity.since);
    if (known?.analysisId !== undefined) return { analysis: known.analysisId, created: false };
    return await start(read, identity, dependencies);
  }

  return {
    async take(name, raw) {
      const { trigger } = await shelf.get(name);
      const { sender } = trigger;
      try {
        const received = await take(trigger, raw);
        meters.triggers.inc({ sender, outcome: outcomeOf(received) });
        const level = 'ignored' in received ? 'debug' : 'info'; // some senders send all that happens
        log[level]({ trigger: name, ...received }, 'webhook taken');
        return received;
      } catch (error) {
        const isRefused = toFault(error).code === 'unauthorized';
        meters.triggers.inc({ sender, outcome: isRefused ? 'refused' : 'failed' });
        throw error;
      }
    },
    async rehearse(name, raw) {
      const { trigger } = await shelf.get(name);
      const sender = senders[trigger.sender];
      const read = readDelivery(trigger, sender, raw);
      const reach = await prove(trigger, sender, raw)
        .then((found) => (checkAge(read, now()), found))
        .catch((error: unknown) => {
          if (toFault(error).code === 'unauthorized') return undefined;
          throw error;
        });
      return await rehearse(read, { raw, reach }, dependencies);
    },
  };
}

function readDelivery(trigger: Trigger, sender: Sender, raw: RawDelivery): Read {
  const json = parseJson(raw);
  return { trigger, sender, json, notice: sender.read(raw, json) };
}

function parseJson({ bytes, headers }: RawDelivery): unknown {
  if (/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
    throw new Fault(
      'unsupported-media-type',
      'the delivery is a form: set the content type of the webhook to application/json',
    );
  }
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // told below: what a parser says may repeat the body
  }
  throw new Fault('invalid-request', 'the body of the delivery is no JSON object');
}

function checkAge({ sender, notice }: Read, now: number): void {
  if (sender.maxAgeMs !== undefined) checkTime(notice.sentAt ?? NaN, now, sender.maxAgeMs);
}

function outcomeOf(received: Received): 'ignored' | 'started' | 'repeated' {
  if ('ignored' in received) return 'ignored';
  return received.created ? 'started' : 'repeated';
}

async function start(
  read: Read,
  identity: Identity,
  dependencies: ReceiveDependencies,
): Promise<Received> {
  const { store, submit, now } = dependencies;
  const { name } = read.trigger;
  const mapped = checkedRequest(read, dependencies);
  const additions = additionsOf(read, dependencies);
  const known = await store.triggers.remember(name, { ...identity, at: now() });
  if (known.analysisId !== undefined) return { analysis: known.analysisId, created: false };
  const request = labelled(mapped, name, known.delivery);
  const key = `trigger/${name}/${known.delivery}`;
  const { id, created } = await submit(request, key, additions).catch(
    async (error: unknown) => await inWordsOfTriggers(toFault(error), key, store),
  );
  await store.triggers.started(name, known.delivery, id);
  return { analysis: id, created };
}

/** The request of a webhook, by the contract; or every reason why it has none. */
function checkedRequest(read: Read, { contract }: ReceiveDependencies): AnalysisRequest {
  const { request, violations } = mapRequest(read.trigger, read.notice);
  if (violations.length > 0) throw invalidRequest(violations);
  const broken = contract.checkSchema('AnalysisRequest', request);
  if (broken.length > 0) throw invalidRequest(broken);
  return request;
}

/** By these an analysis is found that a webhook has started. */
function labelled(request: AnalysisRequest, trigger: string, delivery: string): AnalysisRequest {
  return { ...request, labels: { ...request.labels, trigger, delivery } };
}

/** A deployment that GitHub holds is told of the start and of the end. */
function additionsOf({ trigger, notice }: Read, { settings }: ReceiveDependencies): Additions {
  if (trigger.sender !== 'github' || !isProtectionRule(notice)) return {};
  const { url, rule } = readProtectionRule(notice, settings.github);
  return {
    origin: { face: 'triggers', given: rule },
    callbacks: [{ url, secret: CARRIER, events: ['analysis.started', 'analysis.completed'] }],
  };
}

/**
 * The config is a part of the mapping here, not of the address. Two at once may differ where the trigger has just been
 * replaced: the first one counts.
 */
async function inWordsOfTriggers(
  fault: Fault,
  key: string,
  store: Store,
): Promise<{ id: string; created: boolean }> {
  if (fault.code === 'not-found') throw new Fault('invalid-request', fault.message);
  const earlier =
    fault.code === 'idempotency-conflict' ? await store.analyses.byIdempotencyKey(key) : undefined;
  if (earlier === undefined) throw fault;
  return { id: earlier.id, created: false };
}

async function rehearse(
  read: Read,
  { raw, reach }: { raw: RawDelivery; reach: Reach | undefined },
  dependencies: ReceiveDependencies,
): Promise<Rehearsal> {
  const { store, prepare, now } = dependencies;
  const { trigger, sender, notice } = read;
  const { event, fields } = notice;
  const { delivery, marks, since } = identify(raw, notice, reach ?? 'nothing', now());
  const known = await store.triggers.recall(trigger.name, marks, since);
  const told: Rehearsal = {
    verified: reach !== undefined,
    event,
    delivery,
    fields,
    ...(known?.analysisId === undefined ? {} : { analysis: known.analysisId }),
  };
  const ignored = whyIgnored(trigger, sender.usualEvents, notice);
  if (ignored !== undefined) return { ...told, ignored };
  try {
    const request = labelled(checkedRequest(read, dependencies), trigger.name, delivery);
    const shown = { ...told, request };
    return await prepare(request).then(
      () => (additionsOf(read, dependencies), shown),
      (error: unknown) => ({ ...shown, refused: refusalOf(error) }),
    );
  } catch (error) {
    return { ...told, refused: refusalOf(error) };
  }
}

/** What is wrong with the delivery or its mapping; everything else is no answer to give. */
function refusalOf(error: unknown): string {
  const fault = toFault(error);
  if (fault.retryable || fault.code === 'internal') throw fault;
  return fault.message;
}
