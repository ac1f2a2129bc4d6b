import type { CanaryConfig, MetricConfig, SourceQuery, Thresholds } from '../../../model/config.ts';
import { DEFAULT_SCOPE_NAME } from '../../../model/scope.ts';
import { parseMetricPolicy } from './parse-metric-policy.ts';
import {
  child,
  descend,
  isAbsent,
  items,
  keyOf,
  members,
  number,
  refuse,
  requiredNumber,
  text,
  type Place,
} from './place.ts';

const DEFAULT_JUDGE = 'NetflixACAJudge-v1.0';
/** What Spinnaker's own templates use; Kayenta keeps but never reads a config's own thresholds. */
const DEFAULT_THRESHOLDS: Thresholds = { pass: 95, marginal: 75 };

/**
 * Reads Kayenta's `CanaryConfig`. Unknown fields are ignored and scalars coerced as Kayenta does.
 *
 * Faults (`invalid-config`): what Kayenta refuses at once, and what would end its judge later: no
 * classifier, a weight without a number, a wrong type inside `analysisConfigurations.canary`.
 */
export function parseKayentaConfig(json: unknown): CanaryConfig {
  const top: Place = {
    document: 'kayenta config',
    code: 'invalid-config',
    pointer: '',
    value: json,
  };
  if (isAbsent(top)) refuse(top, 'an object');
  members(top);
  const classifier = child(top, 'classifier');
  if (isAbsent(classifier)) refuse(classifier, 'a classifier (an empty object will do)');
  const description = text(child(top, 'description'));
  return {
    name: text(child(top, 'name')) ?? '',
    ...(description === undefined ? {} : { description }),
    judge: text(descend(top, 'judge', 'name')) ?? DEFAULT_JUDGE,
    judgeOptions: mapValues(descend(top, 'judge', 'judgeConfigurations'), ({ value }) => value),
    metrics: items(child(top, 'metrics')).map(parseMetric),
    groupWeights: mapValues(child(classifier, 'groupWeights'), requiredNumber),
    thresholds: parseOwnThresholds(child(classifier, 'scoreThresholds')),
    templates: mapValues(child(top, 'templates'), requiredText),
  };
}

/** Reads the thresholds of a Kayenta execution request; both are needed. Fault: `invalid-request`. */
export function parseKayentaThresholds(json: unknown): Thresholds {
  const top: Place = {
    document: 'kayenta thresholds',
    code: 'invalid-request',
    pointer: '',
    value: json,
  };
  return {
    pass: requiredNumber(child(top, 'pass')),
    marginal: requiredNumber(child(top, 'marginal')),
  };
}

function parseOwnThresholds(place: Place): Thresholds {
  return {
    pass: number(child(place, 'pass')) ?? DEFAULT_THRESHOLDS.pass,
    marginal: number(child(place, 'marginal')) ?? DEFAULT_THRESHOLDS.marginal,
  };
}

function parseMetric(place: Place): MetricConfig {
  return {
    name: text(child(place, 'name')) ?? '',
    groups: items(child(place, 'groups')).map(requiredText),
    scopeName: text(child(place, 'scopeName')) ?? DEFAULT_SCOPE_NAME,
    query: parseQuery(child(place, 'query')),
    kind: 'continuous',
    isSignal: false,
    weight: 1,
    ...parseMetricPolicy(descend(place, 'analysisConfigurations', 'canary')),
  };
}

/** Without a query the data must come with the request; `serviceType` only repeats `type`. */
function parseQuery(place: Place): SourceQuery {
  if (isAbsent(place)) return { source: 'inline' };
  const fields = Object.fromEntries(members(place).map((member) => [keyOf(member), member.value]));
  // `formula` is a word of native queries, which no kind of Kayenta query knows
  const { type: _type, serviceType: _serviceType, formula: _formula, ...own } = fields;
  const source = text(child(place, 'type')) ?? refuse(child(place, 'type'), 'a kind of source');
  return { ...own, source };
}

export function requiredText(place: Place): string {
  return text(place) ?? refuse(place, 'a text');
}

export function mapValues<T>(place: Place, read: (member: Place) => T): Record<string, T> {
  return Object.fromEntries(members(place).map((member) => [keyOf(member), read(member)]));
}
