import type { Cancel } from '../../../analysis/cancel.ts';
import type { JudgedLook, KayentaRead } from '../use-cases/read.ts';
import type { ProcessingSwitch } from '../../../analysis/run/processing-switch.ts';
import { Fault } from '../../../errors.ts';
import { refused } from '../format/check-start.ts';
import { operatorOf } from '../../../http/admission/operator-of.ts';
import type { Store } from '../../../store/store.ts';
import type { Log } from '../../../telemetry.ts';
import { nativeNames } from './canaries.ts';
import { formatPipeline } from '../answers/pipeline.ts';
import {
  createKayentaPipelineStart,
  type KayentaPipelineStartDependencies,
} from './pipeline-start.ts';
import type { Handlers } from '../../../http/operation.ts';

export interface KayentaPipelinesDependencies extends KayentaPipelineStartDependencies {
  cancel: Cancel;
  read: KayentaRead;
  store: Store;
  processing: ProcessingSwitch;
  log: Log;
  now(): number;
}

const MAX_LISTED = 1000;

/** `/pipelines` and `/admin`: canaries and analyses as executions of Kayenta's engine. */
export function createKayentaPipelineHandlers(
  dependencies: KayentaPipelinesDependencies,
): Handlers {
  const { accounts, cancel, read, store, processing, log, now } = dependencies;
  const find = async (id: string): Promise<JudgedLook[]> => {
    const look = await read.canary(id);
    const looks = look === undefined ? await read.looks(id) : [look];
    if (looks === undefined) throw new Fault('not-found', `No PIPELINE found for ${id}`);
    return looks;
  };
  return {
    async kayentaCancel({ parameters }) {
      await cancel(parameters['executionId'] as string);
      return { status: 202 };
    },
    async kayentaListPipelines() {
      const looks = await store.executions.list({ limit: MAX_LISTED, offset: 0 });
      const analyses = await store.analyses.list({ limit: MAX_LISTED });
      const ids = [...looks.map(({ execution }) => execution.id), ...analyses.map(({ id }) => id)];
      const newestFirst = [...new Set(ids)].sort().reverse(); // ids sort by time
      return { status: 200, json: newestFirst.slice(0, MAX_LISTED) };
    },
    async kayentaGetPipeline({ parameters }) {
      const id = parameters['executionId'] as string;
      const view = { id, looks: await find(id), names: nativeNames(accounts), at: now() };
      return { status: 200, json: formatPipeline(view) };
    },
    async kayentaDeletePipeline(call) {
      const id = call.parameters['executionId'] as string;
      const by = operatorOf(call, `${id} was not deleted`);
      const { analysis, execution } = (await find(id))[0]!;
      const isDeleted =
        analysis.id === id
          ? await store.analyses.delete(id)
          : await store.executions.remove(execution.id, now());
      if (isDeleted) log.info({ id, by }, 'a pipeline was deleted');
      return { status: isDeleted ? 200 : 401 };
    },
    kayentaStartPipeline: createKayentaPipelineStart(dependencies),
    async kayentaSetProcessing(call) {
      const { enabled } = call.body as { enabled?: boolean };
      if (enabled === undefined) throw refused("The field 'enabled' must be set.");
      const by = operatorOf(call, 'judging was neither stopped nor resumed');
      await processing.set(enabled);
      log.warn({ by }, enabled ? 'judging goes on' : 'judging is switched off');
      return { status: 200 };
    },
  };
}
