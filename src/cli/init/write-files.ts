import { stringify } from 'yaml';
import type { components } from '../../openapi.d.ts';
import { formatChange } from '../../report/format.ts';
import { renderTable } from '../render-table.ts';
import type { RefusedPack } from './find-packs.ts';
import { FOUND_IN, type Measured } from './calibrate.ts';
import type { TriedPack } from './try-pack.ts';

type Schemas = components['schemas'];

/** What stands in the comments. */
export interface Told {
  at: string;
  /** Where it was measured, without secrets. */
  from: string;
  scope: string;
  schema: string;
  step: string;
  packs: readonly TriedPack[];
  refused: readonly RefusedPack[];
  measured: Measured;
  /** Share of the requests that the canary had in the past hour; undefined where unknown. */
  canaryShare: number | undefined;
}

/** The config as YAML, with what was measured as comments. */
export function writeConfig(config: Schemas['CanaryConfig'], told: Told): string {
  const { use = [], ...rest } = config;
  const { groups, ...head } = rest;
  return [
    `# yaml-language-server: $schema=${told.schema}`,
    ...comment([
      `Written by canary init at ${told.at}, for ${told.scope} on ${told.from}.`,
      '',
      ...sidesTold(told.packs),
      `Step: ${told.step}.`,
      '',
      ...measuresTold(told),
      ...refusedTold(told.refused),
    ]),
    stringify(head).trimEnd(),
    ...(use.length === 0 ? told.packs.flatMap(packTold) : ['use:']),
    ...use.flatMap((one, index) => [
      ...packTold(told.packs[index]!),
      ...indent(stringify([one]).trimEnd()),
    ]),
    stringify({ groups }, { flowCollectionPadding: true }).trimEnd(),
    '',
  ].join('\n');
}

/** The request as YAML. */
export function writeRequest(
  request: Omit<Schemas['AnalysisRequest'], 'config'>,
  { config, told }: { config: string; told: Told },
): string {
  return [
    ...comment([
      `The sides and the window for ${config}, to be used as`,
      `  canary analyze --config ${config} --request THIS FILE`,
      ...sidesTold(told.packs),
    ]),
    stringify(request),
  ].join('\n');
}

function sidesTold(packs: readonly TriedPack[]): string[] {
  const rules = new Map(
    packs.map(({ pack, sides }) => {
      const { baseline, canary, rule } = sides;
      const text = `baseline ${baseline.scope}, canary ${canary.scope}: ${rule}`;
      return [text, pack.name] as const;
    }),
  );
  return [...rules].map(
    ([text, pack], index) => `Sides${index === 0 ? '' : ` of ${pack}`}: ${text}.`,
  );
}

export function measuresTold({
  measured,
  canaryShare,
}: Pick<Told, 'measured' | 'canaryShare'>): string[] {
  const { hours, windowMinutes, metrics, falseAlarms, notes } = measured;
  const planned = metrics.filter(({ reason }) => reason === undefined);
  const head = ['METRIC', 'FALSE ALARMS', ...FOUND_IN.map((within) => `FOUND IN ${within}`)];
  const rows = planned.map(({ metric, falseAlarms: alarms, found }) => [
    metric,
    alarms === undefined ? 'unknown' : `${alarms.failed} of ${alarms.of}`,
    ...found.map((change) => (change === undefined ? 'nothing' : formatChange(1 + change))),
  ]);
  const all =
    falseAlarms === undefined
      ? []
      : [
          `All together failed ${falseAlarms.failed} of ${falseAlarms.of} comparisons of the baseline with itself.`,
        ];
  return [
    `Measured on the baseline's last ${hours}h, in windows of ${windowMinutes}m, each against the others (A/A):`,
    'false alarms with a look at every step, and the least harmful change that 8 of 10 runs find.',
    ...(rows.length === 0 ? [] : renderTable([head, ...rows])),
    ...all,
    ...metrics.flatMap(({ reason }) => (reason === undefined ? [] : [`! ${reason}`])),
    ...notes.map((text) => `! ${text}`),
    ...shareTold(canaryShare),
  ];
}

/** The baseline against itself is a canary with as many requests, which most have not. */
function shareTold(share: number | undefined): string[] {
  if (share === undefined || share >= 0.4) return [];
  const percent = Math.round(share * 100);
  return [
    `! the canary has ${percent < 1 ? 'under 1' : percent} % of the requests: counts of it are noisier than these, and such changes take longer`,
  ];
}

function refusedTold(refused: readonly RefusedPack[]): string[] {
  if (refused.length === 0) return [];
  return ['', 'Not used:', ...refused.map(({ pack, why }) => `  ${pack.name}: ${why}`)];
}

function packTold({ pack, metrics }: TriedPack): string[] {
  const notes = metrics.flatMap(({ name, refused, notes: own }) => {
    if (refused !== undefined) return [`left out: ${name}: ${refused}`];
    return own.map((text) => `${name}: ${text}`);
  });
  return comment([`${pack.title}.`, ...pack.traps, ...notes]).map((line) => `  ${line}`);
}

function comment(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trimEnd())
    .map((line) => (line === '' ? '#' : `# ${line}`));
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`);
}
