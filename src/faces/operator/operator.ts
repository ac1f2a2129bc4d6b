import type { Retention } from '../../analysis/retention.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Sources } from '../../sources/registry.ts';
import type { TakeBackup } from '../../store/sqlite/take-backup.ts';
import type { Store } from '../../store/store.ts';
import type { Telemetry } from '../../telemetry.ts';
import { operatorOf } from '../../http/admission/operator-of.ts';
import type { Face } from '../../http/face.ts';
import type { Handlers } from '../../http/operation.ts';
import type { Config } from '../../config.ts';
import { section, type Section } from '../../settings/collection.ts';
import { integer } from '../../settings/setting.ts';
import { readVersion } from '../../version.ts';
import { watchLastVerdicts } from './last-verdicts.ts';
import { probe } from './probe.ts';
import { createSourceProbes } from './source-probes.ts';

export interface OperatorParts {
  contract: Contract;
  store: Store;
  queue: Queue;
  sources: Pick<Sources, 'get' | 'list'>;
  retention: Retention;
  telemetry: Telemetry;
  takeBackup: TakeBackup;
  /** Why the service is not ready, or undefined when it is. */
  notReady(): string | undefined;
  /** What an operator should mend although requests are welcome. */
  troubles(): readonly string[];
  /** How long a component may take to answer before it counts as down. */
  probeMs?: number;
}

const PROBE_MS = 3000;

const sections = { telemetry: section({ lastVerdicts: integer(0, 1000) }) };

/** Health, readiness, telemetry, a copy of the store and the contract itself. */
export const operatorFace = {
  create(config: Pick<Config, 'faces'>, parts: OperatorParts): Face {
    const { telemetry } = config.faces as Section<typeof sections>;
    watchLastVerdicts(parts, telemetry.lastVerdicts);
    return { handlers: createHandlers(parts) };
  },
  settings: { sections },
};

function createHandlers({
  contract,
  store,
  queue,
  sources,
  retention,
  telemetry,
  takeBackup,
  notReady,
  troubles,
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
          ? { status: 200, json: { ready: true, ...warningsOf(troubles()) } }
          : { status: 503, json: { ready: false, reason } },
      );
    },
    async getTelemetry() {
      const { contentType, body } = await telemetry.expose();
      return { status: 200, text: { type: contentType, content: body } };
    },
    async takeBackup(call) {
      const otherwise = ', or stop it and use "canary backup FILE --data DIR"';
      const by = operatorOf(call, 'the store was not copied', otherwise);
      const { bytes, sha256, content } = await takeBackup(call.signal);
      telemetry.log.info({ by, bytes }, 'a copy of the store was made');
      return {
        status: 200,
        stream: { type: 'application/vnd.sqlite3', bytes, content },
        headers: { 'content-digest': `sha-256=:${sha256}:` },
      };
    },
    getInfo: () =>
      Promise.resolve({
        status: 200,
        json: { build: { name: 'canary-verdict', version: readVersion() } },
      }),
    getConfigSchema: () => Promise.resolve({ status: 200, json: contract.configSchema() }),
    getContractJson: () => Promise.resolve({ status: 200, json: contract.json() }),
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

function warningsOf(troubles: readonly string[]): { warnings?: readonly string[] } {
  return troubles.length === 0 ? {} : { warnings: troubles };
}
