import { Fault } from '../errors.ts';
import type { components } from '../openapi.d.ts';
import { formatPercent } from '../report/format.ts';
import { withoutControls } from '../report/text.ts';
import { readConfig } from './server/analysis-request.ts';
import { createApiClient } from './server/api-client.ts';
import type { Command } from './command.ts';
import { parseOptions, usageFault } from './parse-options.ts';
import { renderTable } from './render-table.ts';
import {
  DEFAULT_RETRY,
  DEFAULT_SERVER,
  readServerOptions,
  SERVER_OPTIONS,
} from './server/server-options.ts';
import { note } from './terminal.ts';

type Schemas = components['schemas'];

const OPTIONS = {
  config: { type: 'string' },
  judge: { type: 'string', multiple: true },
  limit: { type: 'string' },
  'look-every': { type: 'string' },
  ...SERVER_OPTIONS,
  json: { type: 'boolean' },
} as const;

export const calibrateCommand: Command = {
  help: `Usage: canary calibrate --config NAME|FILE [OPTIONS]

Estimates from the server's own history how often a config would have failed healthy canaries under
each judge: baselines of its healthy analyses are judged against each other.

  --config NAME|FILE   name of a stored config; a file when it holds a slash or ends in .json, .yaml, .yml
  --judge NAME         a judge; repeatable; all of them when left out
  --limit N            most comparisons, 100
  --look-every N       samples between two looks on the way, 5; the sequential judge looks at each

  --server URL         default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token; CANARY_TOKEN otherwise
  --retry-for D        how long to try while the server does not answer (${DEFAULT_RETRY})
  --json               the estimate as POST /api/v1/calibrations answers it

Exit codes: 0 there is an answer, 3 there is none.
`,
  async run(args) {
    const options = parseOptions('calibrate', OPTIONS, args);
    if (options.config === undefined) throw usageFault('--config is needed', 'canary calibrate');
    const connection = await readServerOptions(options);
    const { judge: judges, limit, 'look-every': lookEvery } = options;
    const request: Schemas['CalibrationRequest'] = {
      config: await readConfig(options.config),
      ...(judges === undefined ? {} : { judges }),
      ...(limit === undefined ? {} : { limit: readCount('limit', limit) }),
      ...(lookEvery === undefined ? {} : { lookEvery: readCount('look-every', lookEvery) }),
    };
    const onRetry = (why: string) => note(`canary: ${why}; trying again`);
    const calibration = await createApiClient({ ...connection, onRetry }).calibrate(request);
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(calibration, null, 2)}\n`
        : renderCalibration(calibration),
    );
    return 0;
  },
};

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Fault(
    'invalid-request',
    `--${option} got "${text}", where a whole number from 1 on is needed`,
  );
}

/** Judges down, with their metrics; false alarms with their intervals across. */
export function renderCalibration(calibration: Schemas['Calibration']): string {
  const { config, pairing, pairings, learnedFrom, samples, step, judges, notes } = calibration;
  const pairs = pairing === 'windows' ? 'pairs of baselines' : 'baselines in two halves';
  const skipped = judges.filter((judge) => judge.skipped !== undefined);
  const lines = [
    `${withoutControls(config)}: ${pairings} ${pairs} from ${learnedFrom.length} healthy analyses, ${samples} samples of ${step} each`,
    '  share of healthy canaries that would have failed, with its 95 % interval',
    ...renderTable([
      ['JUDGE', 'ONE LOOK AT THE END', 'LOOKS ON THE WAY'],
      ...judges.flatMap((judge) => rowsOf(judge)),
    ]),
    ...skipped.map(({ judge, skipped: why = '' }) => `  ! ${judge}: ${withoutControls(why)}`),
    ...notes.map((text) => `  ! ${withoutControls(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function rowsOf({ judge, end, peeking, metrics = [] }: Schemas['JudgeCalibration']): string[][] {
  if (end === undefined || peeking === undefined) return [];
  return [
    [judge, rateText(end), rateText(peeking)],
    ...metrics.map((metric) => [
      `  ${withoutControls(metric.metric)}`,
      rateText(metric.end),
      rateText(metric.peeking),
    ]),
  ];
}

function rateText({ share, lower, upper }: Schemas['AlarmRate']): string {
  const [middle, low, high] = [share, lower, upper].map((part) => formatPercent(part * 100));
  return `${middle} [${low}, ${high}]`;
}
