import { randomUUID } from 'node:crypto';
import type { KayentaAccounts } from '../use-cases/accounts.ts';
import { findPairs } from '../use-cases/judge.ts';
import type { JudgedLook, KayentaRead } from '../use-cases/read.ts';
import { Fault } from '../../../errors.ts';
import type { Execution } from '../../../model/analysis.ts';
import { refused } from '../format/check-start.ts';
import { formatKayentaPair } from '../format/format-pair.ts';
import { instantText } from '../format/java-text.ts';
import { pairListIdOf } from '../format/pair-list-id.ts';
import { parseKayentaPairs } from '../format/parse-pairs.ts';
import type { Store } from '../../../store/store.ts';
import type { Log } from '../../../telemetry.ts';
import type { KayentaObjectKind } from '../object-kind.ts';
import { operatorOf } from '../../../http/admission/operator-of.ts';
import { findCanary, nativeNames } from './canaries.ts';
import { canaryRunOf } from '../answers/canary-run.ts';
import { formatCanaryStatus } from '../answers/canary-status.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

const MAX_LISTED = 1000;

export interface KayentaObjectsDependencies {
  accounts: KayentaAccounts;
  read: KayentaRead;
  store: Store;
  log: Log;
  now(): number;
}

/** `/metricSetList`, `/metricSetPairList` and `/canaryResultArchive`: what clients store by id. */
export function createKayentaObjectHandlers(dependencies: KayentaObjectsDependencies): Handlers {
  return {
    ...metricSetHandlers(dependencies),
    ...pairHandlers(dependencies),
    ...archiveHandlers(dependencies),
  };
}

function metricSetHandlers(dependencies: KayentaObjectsDependencies): Handlers {
  const { store } = dependencies;
  const shelf = shelfOf('metric-set-list', 'accountName', dependencies);
  return {
    kayentaListMetricSetLists: (call) => shelf.list(call),
    kayentaCreateMetricSetList: (call) => shelf.create(call, 'metricSetListId'),
    async kayentaGetMetricSetList(call) {
      shelf.resolveAccount(call);
      const id = call.parameters['metricSetListId'] as string;
      const object = await store.objects.get('metric-set-list', id);
      if (object === undefined) throw unknown(id);
      return { status: 200, json: object.document };
    },
    kayentaDeleteMetricSetList: (call) => shelf.delete(call, 'metricSetListId'),
  };
}

function pairHandlers(dependencies: KayentaObjectsDependencies): Handlers {
  const { store } = dependencies;
  const shelf = shelfOf('metric-set-pair-list', 'accountName', dependencies);
  const pairsOf = async (call: Call) => {
    shelf.resolveAccount(call);
    const pairs = await findPairs(call.parameters['metricSetPairListId'] as string, store);
    return pairs.map(formatKayentaPair);
  };
  return {
    async kayentaListPairLists(call) {
      const runs = await endedRuns(store, ['completed']);
      const own = runs.map(({ id, endedAt = 0 }) => [pairListIdOf(id) ?? id, endedAt] as const);
      return shelf.list(call, own);
    },
    kayentaCreatePairList(call) {
      parseKayentaPairs(call.body); // what cannot be judged is not worth keeping
      return shelf.create(call, 'metricSetPairListId');
    },
    kayentaGetPairList: async (call) => ({ status: 200, json: await pairsOf(call) }),
    async kayentaGetPair(call) {
      const wanted = call.parameters['metricSetPairId'] as string;
      const pair = (await pairsOf(call)).find(({ id }) => id === wanted);
      return pair === undefined ? { status: 404 } : { status: 200, json: pair };
    },
    kayentaDeletePairList: (call) => shelf.delete(call, 'metricSetPairListId'),
  };
}

function archiveHandlers(dependencies: KayentaObjectsDependencies): Handlers {
  const { accounts, read, store, log, now } = dependencies;
  const shelf = shelfOf('archived-result', 'storageAccountName', dependencies);
  const show = ({ analysis, execution, judgement }: JudgedLook) =>
    formatCanaryStatus(canaryRunOf(analysis, execution, nativeNames(accounts)), judgement);
  const idOf = (call: Call) => call.parameters['pipelineId'] as string | undefined;
  const isTaken = async (id: string) => (await read.canary(id)) !== undefined;
  return {
    async kayentaListArchivedResults(call) {
      const runs = await endedRuns(store, ['completed', 'failed', 'cancelled']);
      return shelf.list(
        call,
        runs.map(({ id, endedAt = 0 }) => [id, endedAt] as const),
      );
    },
    async kayentaArchiveResult(call) {
      shelf.resolveAccount(call);
      const id = idOf(call) || randomUUID();
      const object = { id, document: call.body, names: [], at: now() };
      const exists = refused(`Archived canary result '${id}' already exists.`);
      if (await isTaken(id)) throw exists;
      const write = await store.objects.create('archived-result', object);
      if (write !== 'written') throw exists;
      return { status: 200, json: { pipelineId: id } };
    },
    async kayentaGetArchivedResult(call) {
      shelf.resolveAccount(call);
      return { status: 200, json: await findCanary(idOf(call) ?? '', read, show) };
    },
    async kayentaReplaceArchivedResult(call) {
      shelf.resolveAccount(call);
      const id = idOf(call) ?? '';
      const by = operatorOf(call, `archived canary result ${id} was not replaced`);
      const object = { id, document: call.body, names: [], at: now() };
      const write = await store.objects.replace('archived-result', object);
      if (write !== 'written') throw refused(`Archived canary result '${id}' does not exist.`);
      log.info({ id, by }, 'an archived canary result was replaced');
      return { status: 200, json: { pipelineId: id } };
    },
    kayentaDeleteArchivedResult: (call) => shelf.delete(call, 'pipelineId'),
  };
}

/** What all kinds of stored objects have in common. */
function shelfOf(
  kind: KayentaObjectKind,
  accountParameter: string,
  { accounts, store, now }: KayentaObjectsDependencies,
) {
  const { objects } = store;
  const resolveAccount = ({ parameters }: Call) =>
    accounts.resolve('OBJECT_STORE', parameters[accountParameter] as string | undefined);
  return {
    resolveAccount,
    /** What clients have stored, and what is here anyway: ids with the time of their last change. */
    async list(call: Call, own: (readonly [id: string, updatedAt: number])[] = []) {
      resolveAccount(call);
      const stored = (await objects.list(kind)).map(
        ({ id, updatedAt }) => [id, updatedAt] as const,
      );
      return { status: 200, json: [...stored, ...own].map(formatSummary) };
    },
    async create(call: Call, idName: string) {
      resolveAccount(call);
      const id = randomUUID();
      await objects.create(kind, { id, document: call.body, names: [], at: now() });
      return { status: 200, json: { [idName]: id } };
    },
    async delete(call: Call, idName: string) {
      resolveAccount(call);
      const id = call.parameters[idName] as string;
      if (!(await objects.delete(kind, id))) throw refused(`Does not exist: ${id}`);
      return { status: 204 };
    },
  };
}

/** Canaries that have ended, newest first. */
async function endedRuns(store: Store, states: Execution['state'][]): Promise<Execution[]> {
  const runs = await store.executions.list({ limit: MAX_LISTED, offset: 0, states });
  return runs.map(({ execution }) => execution);
}

function formatSummary([id, updatedAt]: readonly [id: string, updatedAt: number]) {
  return { id, updatedTimestamp: updatedAt, updatedTimestampIso: instantText(updatedAt) };
}

function unknown(id: string): Fault {
  return new Fault('not-found', `No such object named ${id}`);
}
