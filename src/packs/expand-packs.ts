import { didYouMean } from '../closest.ts';
import type { Violation } from '../errors.ts';
import { CONFIG_DEFAULTS, type ExpandedConfig } from '../model/native-format.ts';
import type { components } from '../openapi.d.ts';
import { asShare, metricsOf } from './pack-metrics.ts';
import type { Pack } from './pack.ts';

type Schemas = components['schemas'];
type Metric = Schemas['MetricConfig'];
type Use = Exclude<Schemas['PackUse'], string>;

export interface Expanded {
  config: ExpandedConfig;
  /** What of `use` cannot be; then `config` lacks metrics. */
  violations: Violation[];
}

/**
 * A config with the metrics of the packs that it uses behind its own, so that a place in its own list stays what
 * it was. Of an own metric that is named as one of a pack, the fields stand over the pack's.
 */
export function expandPacks(config: Schemas['CanaryConfig'], packs: readonly Pack[]): Expanded {
  const own = config.metrics ?? [];
  const violations: Violation[] = [];
  const isCounting = (config.judge ?? CONFIG_DEFAULTS.judge) === CONFIG_DEFAULTS.judge;
  const used = (config.use ?? []).map((entry, index): Metric[] => {
    const use = typeof entry === 'string' ? { pack: entry } : entry;
    const pack = packs.find(({ name }) => name === use.pack);
    const wrong = pack === undefined ? [unknownPack(use, packs)] : checkUse(use, pack);
    violations.push(...wrong.map((one) => ({ ...one, pointer: `/use/${index}${one.pointer}` })));
    if (pack === undefined || wrong.length > 0) return [];
    const metrics = renamed(use, pack);
    return isCounting ? metrics : metrics.map(asShare);
  });
  violations.push(...twins(config.use ?? []));
  const packed = used.flat();
  if (violations.length === 0) violations.push(...strangers(own, packed));
  const metrics = [
    ...own.map((metric) => merge(packed.find(isNamed(metric.name)), metric)),
    ...packed.filter(({ name }) => !own.some(isNamed(name))),
  ];
  return { config: { ...config, metrics }, violations };
}

function isNamed(name: string): (metric: Metric) => boolean {
  return (metric) => metric.name === name;
}

/** How a metric is measured is one thing: an own query or formula leaves nothing of the other. */
function merge(packed: Metric | undefined, own: Metric): Metric {
  if (packed === undefined) return own;
  const { query, exposure, formula, queries, ...policy } = packed;
  if (own.formula !== undefined) return { ...policy, ...own };
  if (own.query !== undefined) return { ...policy, ...(exposure && { exposure }), ...own };
  return {
    ...policy,
    ...(query && { query }),
    ...(exposure && { exposure }),
    ...(formula !== undefined && { formula }),
    ...(queries && { queries }),
    ...own,
  };
}

function renamed(use: Use, pack: Pack): Metric[] {
  const { account, scopeName, without = [], parameters = {} } = use;
  const fill = (query: Schemas['Query'] | undefined) =>
    query?.source === 'prometheus'
      ? { ...query, promql: fillParameters(query.promql, parameters) }
      : query;
  return metricsOf(pack, use.slowerThan)
    .filter(({ name }) => !without.includes(name))
    .map(({ query, exposure, ...metric }): Metric => {
      const [filled, counted] = [fill(query), fill(exposure)];
      return {
        ...metric,
        name: `${prefixOf(use)} ${metric.name}`,
        ...(account === undefined ? {} : { account }),
        ...(scopeName === undefined ? {} : { scopeName }),
        ...(filled && { query: filled }),
        ...(counted && { exposure: counted }),
      };
    });
}

/** The contract lets no letter through that means something in a string of a `=` matcher. */
function fillParameters(promql: string, parameters: Record<string, string>): string {
  return promql.replaceAll(/\$\{(\w+)\}/g, (written, name: string) => parameters[name] ?? written);
}

function prefixOf(use: Use): string {
  return use.as ?? use.pack;
}

function unknownPack({ pack }: Use, packs: readonly Pack[]): Violation {
  const names = packs.map(({ name }) => name);
  const advice = didYouMean(pack, names) || '; "canary packs" lists them';
  return { pointer: '', message: `there is no query pack "${pack}"${advice}` };
}

function checkUse(use: Use, pack: Pack): Violation[] {
  const known = Object.keys(pack.parameters);
  const names = metricsOf(pack, use.slowerThan).map(({ name }) => name);
  const unknown = (what: string, word: string, words: readonly string[]) =>
    `query pack "${pack.name}" has no ${what} "${word}"${didYouMean(word, words)}${words.length === 0 ? '' : ` (it has ${words.join(', ')})`}`;
  return [
    ...Object.keys(use.parameters ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => ({
        pointer: `/parameters/${name}`,
        message: unknown('parameter', name, known),
      })),
    ...(use.without ?? [])
      .map((name, index) => ({
        name,
        pointer: `/without/${index}`,
        message: unknown('metric', name, names),
      }))
      .filter(({ name }) => !names.includes(name))
      .map(({ pointer, message }) => ({ pointer, message })),
    ...(use.slowerThan === undefined || pack.traffic?.histogram !== undefined
      ? []
      : [
          {
            pointer: '/slowerThan',
            message: `query pack "${pack.name}" reads no histogram of requests; leave it out`,
          },
        ]),
  ];
}

/** Two packs under one name would have metrics of the same names. */
function twins(used: readonly Schemas['PackUse'][]): Violation[] {
  const names = used.map((entry) => (typeof entry === 'string' ? entry : prefixOf(entry)));
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            pointer: `/use/${index}`,
            message: `"${name}" stands twice; give one of them an \`as\``,
          },
        ],
  );
}

/** Own metrics without a query are meant to change one of a pack. */
function strangers(own: readonly Metric[], packed: readonly Metric[]): Violation[] {
  if (packed.length === 0) return [];
  const names = packed.map(({ name }) => name);
  return own.flatMap(({ name, query, formula }, index) =>
    query !== undefined || formula !== undefined || names.includes(name)
      ? []
      : [
          {
            pointer: `/metrics/${index}`,
            message: `metric "${name}" has no query, and no pack in use has one of that name${didYouMean(name, names)}`,
          },
        ],
  );
}
