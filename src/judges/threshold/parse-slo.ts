import type { ExpandedConfig } from '../../model/native-format.ts';
import type { components } from '../../openapi.d.ts';
import { parseAlternatives } from './parse-slo-criteria.ts';
import { fieldsOf, invalid, isAbsent, isEmpty, listOf, type Fields } from './slo-fields.ts';

type Schemas = components['schemas'];

/** A native config in the place of a Keptn file, and what a person must know of the difference. */
export interface ImportedSlo {
  config: ExpandedConfig;
  notes: string[];
}

const AGGREGATES = ['avg', 'p50', 'p90', 'p95'] as const;
const DEFAULT_RUNS = 3;
const LARGEST_WEIGHT = 1_000_000;
/** The contract allows 200, and a number may come behind it. */
const LONGEST_NAME = 190;

/**
 * Reads Keptn's `slo.yaml` (v1) as a config of the threshold judge: objectives become metrics, `key_sli`,
 * weights and total scores keep their meaning. Queries stand in other files there: each metric gets the
 * source `inline`, to be replaced.
 *
 * Convention: criteria are alternatives of which each must hold as a whole. Where Keptn lets a relative
 * criterion pass for want of an earlier run, and counts a failed run as one, this service compares with
 * the baseline, and with passed runs alone; the notes say so.
 * Faults: `invalid-config` with the place.
 *
 * @param document the file, parsed from YAML
 * @param name of the config
 */
export function parseSlo(document: unknown, name: string): ImportedSlo {
  const slo = fieldsOf(document, 'the document');
  const comparison = parseComparison(slo['comparison']);
  const objectives = listOf(slo['objectives'], 'objectives').map((objective, index) =>
    fieldsOf(objective, `objectives/${index}`),
  );
  if (objectives.length === 0) throw invalid('objectives', 'is empty; nothing would be judged');
  const names = nameMetrics(objectives);
  const metrics = objectives.map((objective, index) => ({
    name: names[index]!,
    ...parseObjective(objective, comparison, `objectives/${index}`),
  }));
  const config = {
    name,
    judge: 'ThresholdJudge-v1.0',
    metrics,
    thresholds: parseTotalScore(slo['total_score']),
  };
  return { config, notes: [...listNotes(slo, objectives), ...noteObjectives(objectives, names)] };
}

/** Names of SLIs; one that has several objectives is numbered, because each metric needs its own name. */
function nameMetrics(objectives: readonly Fields[]): string[] {
  const slis = objectives.map(({ sli }, index) => {
    const isName = typeof sli === 'string' && sli !== '' && sli.length <= LONGEST_NAME;
    if (isName) return sli;
    throw invalid(`objectives/${index}/sli`, `must be a name of 1 to ${LONGEST_NAME} characters`);
  });
  const taken = new Set(slis);
  return slis.map((sli, index) => {
    if (slis.indexOf(sli) === index) return sli;
    let number = 2;
    while (taken.has(`${sli} ${number}`)) number += 1;
    taken.add(`${sli} ${number}`);
    return `${sli} ${number}`;
  });
}

type Comparison = Pick<Schemas['Criteria'], 'compareWith' | 'runs' | 'aggregate'>;

function parseComparison(given: unknown): Comparison {
  const place = 'comparison';
  const comparison = isAbsent(given) ? {} : fieldsOf(given, place);
  const isSingle = (comparison['compare_with'] ?? 'single_result') === 'single_result';
  const number = comparison['number_of_comparison_results'] ?? DEFAULT_RUNS;
  const runs = isSingle ? 1 : Number(number);
  if (!(Number.isInteger(runs) && runs >= 1 && runs <= 100)) {
    throw invalid(`${place}/number_of_comparison_results`, 'must be 1 to 100');
  }
  const wanted = comparison['aggregate_function'] ?? 'avg';
  const aggregate = AGGREGATES.find((known) => known === wanted);
  if (aggregate === undefined) {
    throw invalid(`${place}/aggregate_function`, `must be one of ${AGGREGATES.join(', ')}`);
  }
  return { compareWith: 'history', runs, aggregate };
}

function parseObjective(
  objective: Fields,
  comparison: Comparison,
  place: string,
): Omit<Schemas['MetricConfig'], 'name'> {
  const isKey = objective['key_sli'] === true;
  const weight = objective['weight'] ?? 1;
  if (typeof weight !== 'number' || !(weight >= 0 && weight <= LARGEST_WEIGHT)) {
    throw invalid(`${place}/weight`, `must be a number from 0 to ${LARGEST_WEIGHT}`);
  }
  if (weight === 0 && isKey) {
    throw invalid(`${place}/weight`, 'is 0 for a key SLI: give it a weight, or drop "key_sli"');
  }
  const pass = parseAlternatives(objective['pass'], `${place}/pass`);
  const warning = parseAlternatives(objective['warning'], `${place}/warning`);
  const common = { query: { source: 'inline' as const } };
  if (pass.length === 0) return common;
  const criteria = { ...comparison, pass, ...(warning.length > 0 ? { warning } : {}) };
  // what weighs nothing is judged and shown, and never counts
  if (weight === 0) return { ...common, criteria, muted: true };
  return { ...common, criteria, weight, ...(isKey ? { key: true } : {}) };
}

function parseTotalScore(given: unknown): Schemas['Thresholds'] {
  const total = fieldsOf(given, 'total_score');
  const pass = parsePercent(total['pass'], 'total_score/pass');
  const marginal = isAbsent(total['warning'])
    ? pass
    : parsePercent(total['warning'], 'total_score/warning');
  if (marginal > pass) throw invalid('total_score/warning', 'must not be above pass');
  return { pass, marginal };
}

function parsePercent(given: unknown, place: string): number {
  const text = typeof given === 'number' ? String(given) : given;
  const digits =
    typeof text === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(text)?.[1] : undefined;
  const percent = Number(digits);
  if (percent >= 0 && percent <= 100) return percent;
  throw invalid(place, 'must be a percentage such as "90%"');
}

function listNotes(slo: Fields, objectives: readonly Fields[]): string[] {
  const comparison = (slo['comparison'] ?? {}) as Fields;
  const included = comparison['include_result_with_score'] ?? 'all';
  const named = objectives.filter(({ displayName }) => displayName !== undefined);
  return [
    'replace the source "inline" of each metric by the query of its SLI',
    'relative criteria compare with passed runs, and with the baseline while there are none',
    ...(included === 'pass'
      ? []
      : [
          `include_result_with_score ${JSON.stringify(included)} is not kept: only passed runs are compared with`,
        ]),
    ...(isEmpty(slo['filter']) ? [] : ['"filter" is not kept: give a scope with each analysis']),
    ...(named.length === 0 ? [] : ['"displayName" is not kept: metrics are named after their SLI']),
  ];
}

function noteObjectives(objectives: readonly Fields[], names: readonly string[]): string[] {
  return objectives.flatMap((objective, index) => {
    const { sli, weight, pass, warning } = objective;
    const place = `objectives/${index}`;
    const name = names[index]!;
    return [
      ...(name === sli
        ? []
        : [`${place} is one more on "${sli as string}" and became "${name}": give both one query`]),
      ...(weight === 0 && !isEmpty(pass) ? [`${place} weighs 0: "${name}" is muted`] : []),
      ...(isEmpty(pass) && !isEmpty(warning)
        ? [`${place} has a warning without a pass, so that "${name}" is only shown`]
        : []),
    ];
  });
}
