import { Fault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { parseCriterion } from './criterion.ts';

type Schemas = components['schemas'];
type Fields = Record<string, unknown>;

/** A native config in the place of a Keptn file, and what a person must know of the difference. */
export interface ImportedSlo {
  config: Schemas['CanaryConfig'];
  notes: string[];
}

const AGGREGATES = ['avg', 'p50', 'p90', 'p95'] as const;
const DEFAULT_RUNS = 3;
const LARGEST_WEIGHT = 1_000_000;

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
  const metrics = objectives.map((objective, index) =>
    parseObjective(objective, comparison, `objectives/${index}`),
  );
  const config = {
    name,
    judge: 'ThresholdJudge-v1.0',
    metrics,
    thresholds: parseTotalScore(slo['total_score']),
  };
  return { config, notes: listNotes(slo, objectives) };
}

type Comparison = Pick<Schemas['Criteria'], 'compareWith' | 'runs' | 'aggregate'>;

function parseComparison(given: unknown): Comparison {
  const place = 'comparison';
  const comparison = given === undefined ? {} : fieldsOf(given, place);
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
): Schemas['MetricConfig'] {
  const { sli, weight = 1, key_sli: key = false } = objective;
  if (typeof sli !== 'string' || sli === '') throw invalid(`${place}/sli`, 'must be a name');
  if (typeof weight !== 'number' || !(weight > 0 && weight <= LARGEST_WEIGHT)) {
    throw invalid(`${place}/weight`, `must be a number above 0, at most ${LARGEST_WEIGHT}`);
  }
  const pass = parseAlternatives(objective['pass'], `${place}/pass`);
  const warning = parseAlternatives(objective['warning'], `${place}/warning`);
  const common = { name: sli, query: { source: 'inline' as const } };
  if (pass.length === 0) return common;
  const criteria = { ...comparison, pass, ...(warning.length > 0 ? { warning } : {}) };
  return { ...common, criteria, weight, ...(key === true ? { key } : {}) };
}

/** `[{criteria: [...]}, ...]`; each criterion must be one that the judge can read. */
function parseAlternatives(given: unknown, place: string): string[][] {
  if (given === undefined || given === null) return [];
  return listOf(given, place).map((alternative, index) => {
    const at = `${place}/${index}/criteria`;
    const criteria = listOf(fieldsOf(alternative, `${place}/${index}`)['criteria'], at);
    if (criteria.length === 0) throw invalid(at, 'is empty; leave the alternative out');
    return criteria.map((criterion, i) => {
      const text = String(criterion).replaceAll(/\s/g, '');
      if (parseCriterion(text, []).limit.kind !== 'formula') return text;
      throw invalid(`${at}/${i}`, `holds "${text}", which Keptn does not know`);
    });
  });
}

function parseTotalScore(given: unknown): Schemas['Thresholds'] {
  const total = fieldsOf(given, 'total_score');
  const pass = parsePercent(total['pass'], 'total_score/pass');
  const marginal =
    total['warning'] === undefined ? pass : parsePercent(total['warning'], 'total_score/warning');
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
    ...(slo['filter'] === undefined
      ? []
      : ['"filter" is not kept: give a scope with each analysis']),
    ...(named.length === 0 ? [] : ['"displayName" is not kept: metrics are named after their SLI']),
  ];
}

function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(place, 'must be an object');
}

function listOf(value: unknown, place: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(place, 'must be a list');
}

function invalid(place: string, why: string): Fault {
  const message = `the SLO file cannot be imported: ${place} ${why}`;
  return new Fault('invalid-config', message, { subject: place });
}
