import type { Retention } from '../../analysis/retention.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Store } from '../../store/store.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Face } from '../../http/face.ts';
import type { Handlers } from '../../http/operation.ts';
import { readVersion } from '../../version.ts';
import { probe } from './probe.ts';
import { createSourceProbes } from './source-probes.ts';

export interface OperatorParts {
  contract: Contract;
  store: Store;
  queue: Queue;
  sources: Pick<Sources, 'get' | 'list'>;
  retention: Retention;
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
  sources,
  retention,
  telemetry,
  notReady,
  probeMs = PROBE_MS,
}: OperatorParts): Handlers {
  const probeSources = createSourceProbes(sources, probeMs);
  return {
    async getHealth() {
      const [ofStore, ofQueue, ofSources] = await Promise.all([
        probe(probeMs, () => askStore(store, retention)),
        probe(probeMs, () => queue.depth()),
        probeSources(),
      ]);
      const all = [ofStore, ofQueue, ...Object.values(ofSources)];
      const components = Object.entries({ store: ofStore, queue: ofQueue, ...ofSources });
      const json = {
        status: all.every(({ isUp }) => isUp) ? 'UP' : 'DOWN',
        components: Object.fromEntries(
          components.map(([name, { component }]) => [name, component]),
        ),
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
    getInfo: () =>
      Promise.resolve({
        status: 200,
        json: { build: { name: 'canary-verdict', version: readVersion() } },
      }),
    getContract: () =>
      Promise.resolve({
        status: 200,
        text: { type: 'application/yaml', content: contract.text() },
      }),
  };
}

async function askStore(store: Store, retention: Retention): Promise<object | undefined> {
  await store.ping();
  const paused = retention.paused();
  return paused === undefined ? undefined : { retention: paused };
}
