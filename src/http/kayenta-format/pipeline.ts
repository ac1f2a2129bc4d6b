import type { JudgedLook } from '../../analysis/kayenta-read.ts';
import { statusOf } from './stages.ts';

/** A canary or an analysis of several, as Kayenta's engine would show its execution. */
export function formatPipeline(id: string, looks: JudgedLook[]) {
  const { analysis } = looks[0]!;
  const { kayenta, window } = analysis.snapshot;
  const isCanary = looks.length === 1 && (window.kind === 'fixed' || looks[0]!.execution.id === id);
  const kind = isCanary ? 'Standard Canary Pipeline' : 'Standalone Canary Analysis Pipeline';
  const application = kayenta?.application ?? analysis.snapshot.configName;
  const isCancelled = analysis.state === 'cancelled';
  return {
    id,
    type: 'PIPELINE',
    application,
    name: kind,
    pipelineConfigId: `${application}-${kind.replaceAll(' ', '-').toLowerCase()}`,
    status: (isCanary ? statusOf(looks[0]!.execution) : wholeStatus(looks)).toUpperCase(),
    buildTime: analysis.createdAt,
    startTime: analysis.startedAt,
    endTime: analysis.endedAt,
    canceled: isCancelled,
    stages: looks.map(({ execution }) => ({
      id: execution.id,
      refId: String(execution.index),
      type: 'runCanary',
      name: `Run Canary #${execution.index}`,
      status: statusOf(execution).toUpperCase(),
      startTime: execution.startedAt,
      endTime: execution.endedAt,
      context: {},
      outputs: {},
      tasks: [],
    })),
  };
}

function wholeStatus(looks: JudgedLook[]): string {
  const { analysis } = looks[0]!;
  if (analysis.endedAt === undefined) return 'running';
  return statusOf(looks.at(-1)!.execution);
}
