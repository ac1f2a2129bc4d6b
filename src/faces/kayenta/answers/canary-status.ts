import { decodeTime } from 'ulid';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import { formatKayentaJudgeResult } from '../format/format-judge-result.ts';
import { durationText, instantText } from '../format/java-text.ts';
import { pairListIdOf } from '../format/pair-list-id.ts';
import type { components } from '../../../openapi.d.ts';
import type { CanaryRun } from './canary-run.ts';
import { formatConfig, formatEscapedConfig } from './config.ts';
import { formatException } from './exception.ts';
import { stageStatusOf, statusOf } from './stages.ts';

type Schemas = components['schemas'];

/** The answer that Orca, Deck, Argo Rollouts and Referee poll; a succeeded canary needs its judgement. */
export function formatCanaryStatus(
  run: CanaryRun,
  judgement: Judgement | undefined,
): Schemas['KayentaCanaryStatus'] {
  const { execution, application, parentPipelineExecutionId: parent } = run;
  const exception = formatException(run);
  const status = statusOf(execution);
  const isComplete = status !== 'not_started' && status !== 'running';
  const isMixed = execution.state === 'completed' || execution.failure?.step?.name === 'judge';
  const pairListId = isMixed ? pairListIdOf(execution.id) : undefined;
  return {
    application,
    ...(parent === undefined ? {} : { parentPipelineExecutionId: parent }),
    pipelineId: execution.id,
    stageStatus: stageStatusOf(run),
    complete: isComplete,
    status,
    ...(exception === undefined ? {} : { exception }),
    ...(judgement === undefined ? {} : { result: formatResult(run, judgement) }),
    config: formatEscapedConfig(run.config),
    canaryConfigId: run.canaryConfigId,
    canaryExecutionRequest: run.request,
    ...(pairListId === undefined ? {} : { metricSetPairListId: pairListId }),
    ...formatTimes(run),
    storageAccountName: run.storageAccountName,
    metricsAccountName: run.metricsAccountName,
    ...(run.configurationAccountName === undefined
      ? {}
      : { configurationAccountName: run.configurationAccountName }),
  };
}

/** A status that a client has put here, as it gave it; only the queries also tell their kinds. */
export function formatArchived(
  status: Schemas['KayentaCanaryStatus'],
): Schemas['KayentaCanaryStatus'] {
  return status.config === undefined ? status : { ...status, config: formatConfig(status.config) };
}

export function formatResult(
  { request }: CanaryRun,
  judgement: Judgement,
): Schemas['KayentaResult'] {
  const lengths = Object.values(request.scopes ?? {})
    .flatMap(({ controlScope, experimentScope }) => [controlScope ?? {}, experimentScope ?? {}])
    .map(({ start = '', end = '' }) => Date.parse(end) - Date.parse(start));
  const [length] = new Set(lengths).size === 1 ? lengths : [];
  return {
    judgeResult: formatKayentaJudgeResult(judgement) as Schemas['KayentaJudgeResult'],
    ...(length === undefined || Number.isNaN(length)
      ? {}
      : { canaryDuration: durationText(length) }),
  };
}

/** When the canary was made, began and ended; one that had to wait was made when its time came. */
export function formatTimes({ execution }: Pick<CanaryRun, 'execution'>) {
  const { id, dueAt, startedAt, endedAt } = execution;
  return {
    ...stamp('build', Math.max(decodeTime(id), Math.min(dueAt, startedAt ?? dueAt))),
    ...stamp('start', startedAt),
    ...stamp('end', endedAt),
  };
}

type Stamp<Name extends string> = {
  [Key in `${Name}TimeMillis`]?: number;
} & { [Key in `${Name}TimeIso`]?: string };

export function stamp<Name extends string>(name: Name, at: number | undefined): Stamp<Name> {
  if (at === undefined) return {};
  const both = { [`${name}TimeMillis`]: at, [`${name}TimeIso`]: instantText(at) };
  return both as Stamp<Name>;
}
