import { Fault } from '../errors.ts';
import { parseDuration } from '../model/duration.ts';
import type { components } from '../openapi.d.ts';
import { formatChange, formatPercent } from '../report/format.ts';
import { withoutControls } from '../report/text.ts';
import { readConfig } from './server/analysis-request.ts';
import { createApiClient } from './server/api-client.ts';
import type { Command } from './command.ts';
import { parseOptions, usageFault } from './parse-options.ts';
import { readDocument } from './files/read-document.ts';
import { renderTable } from './render-table.ts';
import {
  DEFAULT_RETRY,
  DEFAULT_SERVER,
  readServerOptions,
  SERVER_OPTIONS,
} from './server/server-options.ts';
import { note, noteWarnings } from './terminal.ts';

type Schemas = components['schemas'];

const OPTIONS = {
  config: { type: 'string' },
  history: { type: 'string' },
  change: { type: 'string', multiple: true },
  within: { type: 'string', multiple: true },
  power: { type: 'string' },
  ...SERVER_OPTIONS,
  json: { type: 'boolean' },
} as const;

export const planCommand: Command = {
  help: `Usage: canary plan --config NAME|FILE [OPTIONS]

Tells from earlier healthy runs how long a run must be to find which change, which change is found
within a given time, and when a canary that is no different passes.

  --config NAME|FILE   name of a stored config; a file when it holds a slash or ends in .json, .yaml, .yml
  --history FILE       healthy runs instead of the server's own: a list of pairs, JSON or YAML
  --change PERCENT     size of a change in the harmful direction; repeatable; 5, 10, 25, 50
  --within D           length of a run; repeatable; 1h, 4h, 24h
  --power PERCENT      wanted probability to find a change, 80

  --server URL         default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token; CANARY_TOKEN otherwise
  --retry-for D        how long to try while the server does not answer (${DEFAULT_RETRY})
  --json               the plan as POST /api/v1/plans answers it

Exit codes: 0 there is an answer, 3 there is none.
`,
  async run(args) {
    const options = parseOptions('plan', OPTIONS, args);
    if (options.config === undefined) throw usageFault('--config is needed', 'canary plan');
    const connection = await readServerOptions(options);
    const pairs =
      options.history === undefined ? {} : { pairs: await readHistory(options.history) };
    const changes = options.change?.map((text) => readPercent('change', text));
    const request: Schemas['PlanRequest'] = {
      config: await readConfig(options.config),
      ...pairs,
      ...(changes === undefined ? {} : { changes }),
      ...(options.within === undefined ? {} : { durations: options.within }),
      ...(options.power === undefined ? {} : { power: readPercent('power', options.power) }),
    };
    const onRetry = (why: string) => note(`canary: ${why}; trying again`);
    const plan = await createApiClient({ ...connection, onRetry }).plan(request);
    noteWarnings(plan.warnings);
    process.stdout.write(
      options.json === true ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan),
    );
    return 0;
  },
};

/** The server checks what is in it. */
async function readHistory(file: string): Promise<Schemas['SeriesPair'][]> {
  const document = await readDocument('history', file);
  if (Array.isArray(document)) return document as Schemas['SeriesPair'][];
  throw new Fault('invalid-request', `history "${file}" is no list of pairs`);
}

function readPercent(option: string, text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (text.trim() !== '' && percent > 0) return percent / 100;
  throw new Fault('invalid-request', `--${option} got "${text}", where a percentage is needed`);
}

/** Metrics down, changes across; below those of which nothing can be said. */
export function renderPlan(plan: Schemas['Plan']): string {
  const planned = plan.metrics.filter(({ reason }) => reason === undefined);
  const reasons = plan.metrics.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const lines = [
    `${withoutControls(plan.config)}: ${plan.judge}, alpha ${percentText(plan.alpha)}, ${sourceOf(plan)}`,
    ...(planned.length === 0
      ? []
      : [
          `  time to find a change in ${percentText(plan.power)} of runs, in brackets in half of them`,
        ]),
    ...(planned.length === 0 ? [] : renderTable([headerOf(planned[0]!), ...planned.map(rowOf)])),
    ...reasons.map((reason) => `  ! ${withoutControls(reason)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceOf({ learnedFrom, metrics }: Schemas['Plan']): string {
  const runs = Math.max(0, ...metrics.map(({ historyRuns }) => historyRuns));
  if (runs === 0) return 'no history';
  if (learnedFrom.length === 0) return runs === 1 ? '1 given run' : `${runs} given runs`;
  return learnedFrom.length === 1 ? '1 healthy analysis' : `${learnedFrom.length} healthy analyses`;
}

function headerOf({ changes = [], durations = [] }: Schemas['MetricPlan']): string[] {
  return [
    'METRIC',
    'ALPHA',
    ...changes.map(({ change }) => formatChange(1 + change)),
    ...durations.map(({ duration }) => `IN ${duration}`),
    'PASS',
  ];
}

function rowOf(metric: Schemas['MetricPlan']): string[] {
  const { changes = [], durations = [], pass = {} } = metric;
  return [
    withoutControls(metric.metric),
    percentText(metric.alpha),
    ...changes.map((planned) => (planned.tolerated ? 'tolerated' : timesText(planned))),
    ...durations.map(({ change }) => (change === undefined ? 'nothing' : formatChange(1 + change))),
    timesText(pass),
  ];
}

function timesText({ time, medianTime }: { time?: string; medianTime?: string }): string {
  if (time === undefined) return 'never';
  return medianTime === undefined
    ? shortText(time)
    : `${shortText(time)} (${shortText(medianTime)})`;
}

/** Two units are as exact as a forecast can be. */
function shortText(duration: string): string {
  const [first, second = ''] = duration.match(/[\d.]+[a-z]+/g) ?? [];
  return (parseDuration(duration) ?? 0) > 0 ? `${first}${second}` : duration;
}

function percentText(share: number): string {
  return formatPercent(share * 100);
}
