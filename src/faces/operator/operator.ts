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
}

/** Health, readiness, telemetry and the contract itself. */
export const operatorFace = {
  create: (_config: unknown, parts: OperatorParts): Face => ({ handlers: createHandlers(parts) }),
};

function createHandlers({ contract, store, queue, telemetry, notReady }: OperatorParts): Handlers {
  return {
    async getHealth() {
      const components = {
        store: await probe(() => store.ping()),
        queue: await probe(() => queue.depth()),
      };
      const isUp = Object.values(components).every(({ status }) => status === 'UP');
      return { status: isUp ? 200 : 503, json: { status: isUp ? 'UP' : 'DOWN', components } };
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

async function probe(ask: () => Promise<unknown>): Promise<Component> {
  try {
    const details = await ask();
    return details === undefined
      ? { status: 'UP' }
      : { status: 'UP', details: details as Record<string, unknown> };
  } catch (error) {
    return { status: 'DOWN', details: { error: (error as Error).message } };
  }
}
