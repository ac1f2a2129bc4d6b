import { refused } from '../format/check-start.ts';

type Fields = Record<string, unknown>;

/** What a pipeline says is to be started; nothing of it has been checked but where it stands. */
export interface PipelineStart {
  kind: 'canary' | 'standalone';
  config: unknown;
  request: unknown;
  /** Application, user, parent, ids and accounts, by Kayenta's names. */
  text(name: string): string | undefined;
}

const SETUP_CANARY = 'setupCanary';
const SETUP_ANALYSIS = 'setupAndExecuteCanariesStage';

/**
 * Reads a pipeline as it is started in Kayenta, or as an execution of it is shown: the fields of a stage
 * stand in the stage or in its context. Fault `invalid-request` for one that is neither a standard canary
 * pipeline nor a standalone analysis; `sources` are the kinds of metrics that can be fetched.
 */
export function readPipeline(pipeline: Fields, sources: readonly string[]): PipelineStart {
  const stages = readStages(pipeline['stages']);
  checkStages(stages, sources);
  const setup = stages.find(({ type }) => type === SETUP_ANALYSIS);
  if (setup === undefined) return readCanary(pipeline, stages);
  const analysis = fieldsOf(setup['canaryAnalysisExecutionRequest']);
  return {
    kind: 'standalone',
    config: analysis['canaryConfig'],
    request: analysis['executionRequest'],
    text: textOf([analysis, pipeline]),
  };
}

/** Kayenta keeps the request as text, in old pipelines only with the judge. */
function readCanary(pipeline: Fields, stages: Fields[]): PipelineStart {
  const setup = stages.find(({ type }) => type === SETUP_CANARY) ?? {};
  const holder = [setup, ...stages].find(({ canaryExecutionRequest: held }) => held !== undefined);
  const request = holder?.['canaryExecutionRequest'];
  return {
    kind: 'canary',
    config: setup['canaryConfig'],
    request: typeof request === 'string' ? parseRequest(request) : request,
    text: textOf([setup, pipeline, ...stages]),
  };
}

function readStages(given: unknown): Fields[] {
  const stages = Array.isArray(given) ? given.filter(isFields) : [];
  if (stages.length === 0) throw refused('A pipeline needs a list of stages.');
  return stages.map((stage) => ({ ...stage, ...fieldsOf(stage['context']), type: stage['type'] }));
}

function checkStages(stages: Fields[], sources: readonly string[]): void {
  const fetches = sources.map((kind) => `${kind}Fetch`);
  const canary = [SETUP_CANARY, ...fetches, 'metricSetMixer', 'canaryJudge'];
  const analysis = [SETUP_ANALYSIS, 'wait', 'runCanary', 'generateCanaryAnalysisResultStage'];
  const types = [...new Set(stages.map(({ type }) => String(type)))];
  const runnable = [canary, analysis].find(([first = '']) => types.includes(first)) ?? [];
  const others = types.filter((type) => !runnable.includes(type));
  if (others.length === 0) return;
  const place = runnable.length === 0 ? '' : ` beside ${runnable[0]}`;
  throw refused(
    `This service cannot run stages of type ${others.join(', ')}${place}: it runs standard canary pipelines (${canary.join(', ')}) and standalone canary analyses (${analysis.join(', ')}).`,
  );
}

function parseRequest(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('canaryExecutionRequest is text, but not the JSON of a request.');
  }
}

/** The first text of that name; numbers and the like are none. */
function textOf(places: Fields[]): PipelineStart['text'] {
  return (name) =>
    places
      .map((place) => place[name])
      .find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
