import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import { Fault } from '../../errors.ts';
import type { Handlers } from '../../http/operation.ts';
import { operatorOf } from '../../http/admission/operator-of.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import type { Log } from '../../telemetry.ts';
import { checkTrigger, type TriggerRules } from './check-trigger.ts';
import type { Receive } from './receive.ts';
import { OBJECT_KIND, type KnownTrigger, type Shelf } from './shelf.ts';
import type { RawDelivery, Trigger } from './trigger.ts';

export interface RouteParts extends TriggerRules {
  receive: Receive;
  shelf: Shelf;
  store: Store;
  log: Log;
  now(): number;
}

const nameOf = (parameters: Record<string, unknown>) => parameters['name'] as string;
const INSTEAD = ', or declare it under triggers.declared';

/** Handlers of webhooks and of the triggers that take them, by operation id. */
export function triggerHandlers(parts: RouteParts): Handlers {
  const { receive } = parts;
  return {
    ...storedTriggerHandlers(parts),
    async receiveTrigger({ parameters, body }) {
      const received = await receive.take(nameOf(parameters), body as RawDelivery);
      if ('ignored' in received) return { status: 200, json: received };
      const location = `/api/v1/analyses/${received.analysis}`;
      return { status: 202, json: received, headers: { location } };
    },
    async dryRunTrigger({ parameters, body }) {
      const json = await receive.rehearse(nameOf(parameters), body as RawDelivery);
      return { status: 200, json };
    },
  };
}

/** Who stores a trigger opens an address that wants no token: only an operator may. */
function storedTriggerHandlers(parts: RouteParts): Handlers {
  const { shelf, store, log, now } = parts;
  return {
    async createTrigger(call) {
      const trigger = readTrigger(call.body, parts);
      const { name } = trigger;
      const by = operatorOf(call, `trigger ${name} was not stored`, INSTEAD);
      const declared = (await shelf.list()).some((known) => known.trigger.name === name);
      const write = { id: name, document: trigger, names: [name], at: now() };
      if (declared || (await store.objects.create(OBJECT_KIND, write)) !== 'written') {
        throw new Fault(
          'conflict',
          `there is already a trigger "${name}": replace it with PUT, or choose another name`,
        );
      }
      log.info({ trigger: name, by }, 'trigger stored');
      const location = `/api/v1/triggers/${name}`;
      return { status: 201, json: format(await shelf.get(name)), headers: { location } };
    },
    listTriggers: async () => ({
      status: 200,
      json: { items: (await shelf.list()).map(format) },
    }),
    getTrigger: async ({ parameters }) => ({
      status: 200,
      json: format(await shelf.get(nameOf(parameters))),
    }),
    async replaceTrigger(call) {
      const name = nameOf(call.parameters);
      const trigger = readTrigger(call.body, parts);
      if (trigger.name !== name) {
        const message = `must be "${name}", as in the address: a trigger keeps its name`;
        throw invalidRequest([{ pointer: '/name', message }]);
      }
      checkIsStored(await shelf.get(name), 'replaced');
      const by = operatorOf(call, `trigger ${name} was not replaced`, INSTEAD);
      await store.objects.replace(OBJECT_KIND, {
        id: name,
        document: trigger,
        names: [name],
        at: now(),
      });
      log.info({ trigger: name, by }, 'trigger replaced');
      return { status: 200, json: format(await shelf.get(name)) };
    },
    async deleteTrigger(call) {
      const name = nameOf(call.parameters);
      checkIsStored(await shelf.get(name), 'deleted');
      const by = operatorOf(call, `trigger ${name} was not deleted`);
      await store.objects.delete(OBJECT_KIND, name);
      log.info({ trigger: name, by }, 'trigger deleted');
      return { status: 204 };
    },
  };
}

function readTrigger(body: unknown, rules: TriggerRules): Trigger {
  const violations = checkTrigger(body, rules);
  if (violations.length > 0) throw invalidRequest(violations);
  return body as Trigger;
}

function checkIsStored({ trigger, stored }: KnownTrigger, done: string): void {
  if (stored !== undefined) return;
  throw new Fault(
    'conflict',
    `trigger "${trigger.name}" was not ${done}, because the configuration declares it: change triggers.declared`,
  );
}

function format({ trigger, stored }: KnownTrigger): components['schemas']['KnownTrigger'] {
  const { name } = trigger;
  if (stored === undefined) return { name, origin: 'configuration', trigger };
  const [createdAt, updatedAt] = [stored.createdAt, stored.updatedAt].map((at) =>
    new Date(at).toISOString(),
  ) as [string, string];
  return { name, origin: 'api', createdAt, updatedAt, trigger };
}
