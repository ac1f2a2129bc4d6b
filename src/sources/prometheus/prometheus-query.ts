import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { expandCustomFilter } from '../queries/kayenta-template.ts';
import { fillPromql } from './promql-template.ts';
import { textField, textListField } from '../queries/query-fields.ts';
import type { SeriesRequest } from '../source.ts';

const VERBATIM = 'PromQL:';
const TEMPLATE_ATTRIBUTES = ['project', 'resourceType', 'scope', 'location'];

/** Whether a query is in Kayenta's form, which has no `promql`. */
export function isKayentaShaped(query: SourceQuery): boolean {
  return textField(query, 'promql') === undefined;
}

/**
 * The PromQL text of one request: a native query has `promql`, any other is Kayenta-shaped.
 * `scopeLabel` is the label that holds the instance name on Google Compute Engine, `scrapeIntervalMs` how often
 * the server scrapes.
 */
export function buildPrometheusQuery(
  request: SeriesRequest,
  scopeLabel: string,
  scrapeIntervalMs?: number,
): string {
  const native = textField(request.query, 'promql');
  if (native !== undefined) return fillPromql(native, request.scope, scrapeIntervalMs);
  const filter = expandCustomFilter(request, TEMPLATE_ATTRIBUTES);
  if (filter?.startsWith(VERBATIM)) return filter.slice(VERBATIM.length);
  return averageQuery(request, filter, scopeLabel);
}

/** Kayenta's default query: always the average of an instant vector, whatever the metric's type. */
function averageQuery(
  request: SeriesRequest,
  filter: string | undefined,
  scopeLabel: string,
): string {
  const { query } = request;
  const metricName = textField(query, 'metricName') ?? '';
  if (metricName === '') throw invalid('Metric Name is required when query type is Default.');
  const bindings = textListField(query, 'labelBindings');
  const labels = filter
    ? [...splitLikeJava(filter), ...bindings]
    : [...bindings, ...resourceLabels(request, scopeLabel)];
  const selector = labels.length === 0 ? metricName : `${metricName}{${labels.join(',')}}`;
  const groups = textListField(query, 'groupByFields');
  return groups.length === 0 ? `avg(${selector})` : `avg(${selector}) by (${groups.join(',')})`;
}

/** Java's `split` drops empty pieces at the end, and only there. */
function splitLikeJava(text: string): string[] {
  const pieces = text.split(',');
  while (pieces.at(-1) === '') pieces.pop();
  return pieces;
}

function resourceLabels(request: SeriesRequest, scopeLabel: string): string[] {
  const { scope, location, parameters } = request.scope;
  const type = textField(request.query, 'resourceType')?.trim()
    ? textField(request.query, 'resourceType')
    : parameters['resourceType'];
  if (!type) throw invalid('Either a resource type or a custom filter is required.');
  switch (type) {
    case 'gce_instance': {
      requireLocation(location, type);
      const project = parameters['project'] ? `projects/${parameters['project']}/` : '';
      const instance = scope === '' ? [] : [`${scopeLabel}=~"${scope}-.{4}"`];
      return [...instance, `zone=~".+/${project}zones/${location}-.{1}"`];
    }
    case 'aws_ec2_instance': {
      requireLocation(location, type);
      const group = scope === '' ? [] : [`asg_groupName="${scope}"`];
      return [...group, `zone=~"${location}.{1}"`];
    }
    default:
      throw invalid(
        `There is no explicit support for resourceType '${type}'. You may build whatever query makes sense for your environment via label bindings and custom filter templates.`,
      );
  }
}

function requireLocation(location: string, type: string): void {
  if (location !== '') return;
  throw invalid(`Location (i.e. region) is required when resourceType is '${type}'.`);
}

/** The texts are Kayenta's own, because its users search for them. */
function invalid(message: string): Fault {
  return new Fault('invalid-query', message);
}
