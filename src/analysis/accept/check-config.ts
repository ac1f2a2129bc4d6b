import { toFault, type Violation } from '../../errors.ts';
import { isFormula, type CanaryConfig, type MetricConfig } from '../../model/config.ts';
import type { ExpandedConfig } from '../../model/native-format.ts';
import type { Warning } from '../../model/warning.ts';
import type { components } from '../../openapi.d.ts';
import { checkCriteriaForm } from './check-criteria-form.ts';
import { checkGroups } from './check-groups.ts';
import { checkThresholds } from './check-thresholds.ts';
import { checkMargin, checkTolerance } from './check-tolerance.ts';
import { below, join, type Checked } from './checked.ts';
import { parseFormula } from '../run/formula.ts';

type Schemas = components['schemas'];

/** Of these fields, a query of the source has exactly one. */
const ONE_OF = {
  scrape: ['rate', 'gauge', 'ratio', 'histogram'],
  push: ['rate', 'count', 'gauge', 'ratio', 'histogram', 'samples'],
} as const;

/** Rules of a config's wire form that its schema cannot say. */
export function checkConfigForm(wire: ExpandedConfig, maxMetrics: number): Violation[] {
  if (wire.metrics.length === 0) {
    return [{ pointer: '/metrics', message: 'needs a metric, or a query pack in `use`' }];
  }
  const names = wire.metrics.map(({ name }) => name);
  const violations = wire.metrics.flatMap((metric, index) => checkMetric(metric, index, names));
  if (wire.metrics.length > maxMetrics) {
    violations.push({
      pointer: '/metrics',
      message: `has ${wire.metrics.length} metrics; at most ${maxMetrics} are allowed`,
    });
  }
  violations.push(...checkNames(wire.metrics), ...checkMeaning(wire).violations);
  return violations;
}

/** Those of one metric alone; `names` are those of all metrics beside it. */
export function checkMetric(
  metric: Schemas['MetricConfig'],
  index: number,
  names: string[],
): Violation[] {
  return [...checkMetricForm(metric), ...checkCriteriaForm(metric, names)].map((violation) => ({
    ...violation,
    pointer: `/metrics/${index}${violation.pointer}`,
  }));
}

/** What of a config may mean something else than it says, though it can be judged. */
export function warnOfConfig(wire: ExpandedConfig): Warning[] {
  return checkMeaning(wire).warnings;
}

/** Numbers that are taken for something else, and weights without metrics or metrics without weights. */
function checkMeaning(wire: ExpandedConfig): Checked {
  const { metrics, thresholds, judgeOptions = {} } = wire;
  return join([
    ...metrics.map((metric, index) => below(`/metrics/${index}`, checkTolerance(metric))),
    checkGroups(wire),
    checkMargin(judgeOptions.margin, '/judgeOptions/margin'),
    ...(thresholds === undefined ? [] : [checkThresholds(thresholds, '/thresholds')]),
  ]);
}

/** Names of scopes that the metrics want and the request does not have. */
export function missingScopes(config: CanaryConfig, known: string[]): string[] {
  const wanted = new Set(config.metrics.map(({ scopeName }) => scopeName));
  return [...wanted].filter((name) => !known.includes(name));
}

/** The source queries of a metric by name; a plain query has the empty name. */
export function queriesOf(metric: MetricConfig) {
  return isFormula(metric.query)
    ? Object.entries(metric.query.queries)
    : [['', metric.query] as const];
}

function checkMetricForm(metric: Schemas['MetricConfig']): Violation[] {
  const violations: Violation[] = [];
  if ((metric.query === undefined) === (metric.formula === undefined)) {
    violations.push({ pointer: '', message: 'needs exactly one of `query` and `formula`' });
  }
  if (metric.formula === undefined) {
    if (metric.queries !== undefined)
      violations.push({ pointer: '/queries', message: 'go with `formula`; leave them out' });
  } else {
    violations.push(...checkFormula(metric.formula, metric.queries ?? {}));
  }
  for (const [pointer, query] of wireQueries(metric))
    violations.push(...checkQuestion(query, pointer));
  return violations;
}

function checkFormula(formula: string, queries: Record<string, unknown>): Violation[] {
  try {
    parseFormula(formula, Object.keys(queries));
    return [];
  } catch (error) {
    return [{ pointer: '/formula', message: toFault(error).message }];
  }
}

function wireQueries(metric: Schemas['MetricConfig']): [string, Schemas['Query']][] {
  const named = Object.entries(metric.queries ?? {}).map(
    ([name, query]): [string, Schemas['Query']] => [`/queries/${name}`, query],
  );
  return metric.query === undefined ? named : [['/query', metric.query], ...named];
}

function checkQuestion(query: Schemas['Query'], pointer: string): Violation[] {
  if (query.source !== 'scrape' && query.source !== 'push') return [];
  const fields: Record<string, unknown> = query;
  const given = ONE_OF[query.source].filter((kind) => fields[kind] !== undefined);
  if (given.length !== 1) {
    return [{ pointer, message: `needs exactly one of ${ONE_OF[query.source].join(', ')}` }];
  }
  const isQuantile = given[0] === 'histogram' || fields['samples'] === 'quantile';
  if (isQuantile === (query.quantile !== undefined)) return [];
  const what =
    query.source === 'scrape' ? '`histogram` and' : '`histogram`, or `samples: quantile`, and';
  return [{ pointer: `${pointer}/quantile`, message: `${what} \`quantile\` go together` }];
}

function checkNames(metrics: Schemas['MetricConfig'][]): Violation[] {
  const seen = new Set<string>();
  return metrics.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      { pointer: `/metrics/${index}/name`, message: `must be unique; "${name}" stands twice` },
    ];
  });
}
