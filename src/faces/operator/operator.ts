import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Store } from '../../store/store.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { components } from '../../openapi.d.ts';
import type { Face } from '../../http/face.ts';
import type { Handlers } from '../../http/operation.ts';

type Component = components['schemas']['Health']['components'][string];

export interface OperatorParts {
  contract: Contract;
  store: Store;
  queue: Queue;
  telemetry: Telemetry;
  /** Why the service is not ready, or undefined when it is. */
  notReady(): string | undefined;
  /** How long a component may take to answer before it counts as down. */
  probeMs?: number;
}

const PROBE_MS = 3000;

/** Health, readiness, telemetry and the contract itself. */
export const operatorFace = {
  create: (_config: unknown, parts: OperatorParts): Face => ({ handlers: createHandlers(parts) }),
};

function createHandlers({
  contract,
  store,
  queue,
  telemetry,
  notReady,
  probeMs = PROBE_MS,
}: OperatorParts): Handlers {
  return {
    async getHealth() {
      const [ofStore, ofQueue] = await Promise.all([
        probe(probeMs, () => store.ping()),
        probe(probeMs, () => queue.depth()),
      ]);
      const all = [ofStore, ofQueue];
      const json = {
        status: all.every(({ isUp }) => isUp) ? 'UP' : 'DOWN',
        components: { store: ofStore.component, queue: ofQueue.component },
      };
      if (json.status === 'UP') return { status: 200, json };
      // a component that says it is down weighs more than one that says nothing
      return { status: all.every(({ isUp, isLate }) => isUp || isLate) ? 504 : 503, json };
    },
    getReadiness() {
      const reason = notReady();
      return Promise.resolve(
        reason === undefined
          ? { status: 200, json: { ready: true } }
          : { status: 503, json: { ready: false, reason } },
      );
    },
    async getTelemetry() {
      const { contentType, body } = await telemetry.expose();
      return { status: 200, text: { type: contentType, content: body } };
    },
    getContract: () =>
      Promise.resolve({ status: 200, text: { type: 'application/yaml', content: contract.text } }),
  };
}

interface Probe {
  component: Component;
  isUp: boolean;
  /** Whether it is down for want of an answer in time. */
  isLate: boolean;
}

async function probe(limitMs: number, ask: () => Promise<unknown>): Promise<Probe> {
  const timer = new AbortController();
  const late = new Fault('deadline-exceeded', `did not answer within ${formatDuration(limitMs)}`);
  const tooLate = delay(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw late;
  });
  try {
    const details = await Promise.race([ask(), tooLate]);
    const told = details === undefined ? {} : { details: details as Record<string, unknown> };
    return { component: { status: 'UP', ...told }, isUp: true, isLate: false };
  } catch (error) {
    const details = { error: (error as Error).message };
    return { component: { status: 'DOWN', details }, isUp: false, isLate: error === late };
  } finally {
    timer.abort();
    tooLate.catch(() => undefined); // the race may be over before the timer is
  }
}
