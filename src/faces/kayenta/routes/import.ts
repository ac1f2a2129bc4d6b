import type { KayentaAccounts } from '../use-cases/accounts.ts';
import type { KayentaRead } from '../use-cases/read.ts';
import { refused } from '../format/check-start.ts';
import { parseKayentaPairs } from '../format/parse-pairs.ts';
import type { Store } from '../../../store/store.ts';
import type { Log } from '../../../telemetry.ts';
import type { KayentaObjectKind } from '../object-kind.ts';
import { operatorOf } from '../../../http/admission/operator-of.ts';
import type { Call, Handlers } from '../../../http/operation.ts';

export interface KayentaImportDependencies {
  accounts: KayentaAccounts;
  read: KayentaRead;
  store: Store;
  log: Log;
  now(): number;
}

/** What Kayenta stores under ids of its own making, kept under the same ids here. */
export function createKayentaImportHandlers(dependencies: KayentaImportDependencies): Handlers {
  const { accounts, read, store, log, now } = dependencies;
  const keep = async (kind: KayentaObjectKind, call: Call, idName: string) => {
    const account = call.parameters['accountName'] ?? call.parameters['storageAccountName'];
    accounts.resolve('OBJECT_STORE', account as string | undefined);
    const id = call.parameters[idName] as string;
    const by = operatorOf(call, `${kind} ${id} was not stored`);
    const object = { id, document: call.body, names: [], at: now() };
    if ((await store.objects.create(kind, object)) === 'exists') {
      await store.objects.replace(kind, object);
    }
    log.info({ kind, id, by }, 'an object was stored under a given id');
    return { status: 200, json: { [idName]: id } };
  };
  return {
    kayentaPutMetricSetList: (call) => keep('metric-set-list', call, 'metricSetListId'),
    kayentaPutPairList(call) {
      parseKayentaPairs(call.body); // what cannot be judged is not worth keeping
      return keep('metric-set-pair-list', call, 'metricSetPairListId');
    },
    async kayentaPutStandalone(call) {
      const id = call.parameters['canaryAnalysisExecutionId'] as string;
      if ((await read.looks(id)) !== undefined) {
        throw refused(`Standalone canary analysis '${id}' ran here and cannot be replaced.`);
      }
      return keep('archived-standalone', call, 'canaryAnalysisExecutionId');
    },
  };
}
