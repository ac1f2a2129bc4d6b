import { Fault } from '../../../errors.ts';
import type { Plan, PlannedQuestion } from '../../asking/http-source.ts';
import { gridOf } from '../../grid/grid.ts';
import type { RangeSeries } from '../../grid/range-series.ts';
import { expandCustomFilter } from '../../queries/kayenta-template.ts';
import { textField, textListField } from '../../queries/query-fields.ts';
import type { SeriesRequest } from '../../source.ts';
import { labelsOf, readPoint } from '../stackdriver-points.ts';

type Series = Record<string, unknown>;
type Ask = (
  project: string,
  search: Readonly<Record<string, string | readonly string[]>>,
  read: (series: Series[]) => RangeSeries[],
) => PlannedQuestion;

/** Kayenta's query: a filter by the type of resource, whose values stand without quotes. */
export function planKayentaStackdriver(request: SeriesRequest, project: string, ask: Ask): Plan {
  const { query, scope } = request;
  const { parameters } = scope;
  const choose = (field: string, otherwise: string) =>
    textField(query, field) || parameters[field] || otherwise;
  const resourceType = choose('resourceType', '');
  if (resourceType === '') throw invalid('Resource type is required.');
  const own = expandCustomFilter(request, ['scope', 'location']);
  const more = own ? ` AND ${own}` : filterOf(request, resourceType, project);
  const filter = `metric.type="${textField(query, 'metricType') ?? ''}" AND resource.type=${resourceType}${more}`;
  const groups = textListField(query, 'groupByFields');
  return {
    query: filter,
    grid: gridOf(scope),
    place: ({ points }, { startAt, stepMs }) => ({
      startAt: points[0]?.[0] ?? startAt,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      ask(
        project,
        {
          filter,
          'interval.startTime': new Date(scope.startAt).toISOString(),
          'interval.endTime': new Date(scope.endAt).toISOString(),
          'aggregation.alignmentPeriod': `${scope.stepSeconds}s`,
          'aggregation.crossSeriesReducer': choose('crossSeriesReducer', 'REDUCE_MEAN'),
          'aggregation.perSeriesAligner': choose('perSeriesAligner', 'ALIGN_MEAN'),
          ...(groups.length === 0 ? {} : { 'aggregation.groupByFields': groups }),
        },
        (series) => series.map(readKayenta),
      ),
    ],
  };
}

/** Labels that a request may name among its parameters. */
const LABELS: Record<string, readonly string[]> = {
  k8s: ['location', 'node_name', 'cluster_name', 'pod_name', 'container_name', 'namespace_name'],
  gke: ['cluster_name', 'namespace_id', 'instance_id', 'pod_id', 'container_name', 'zone'],
};

function filterOf({ scope }: SeriesRequest, type: string, ofAccount: string): string {
  const { parameters } = scope;
  const project = ` AND project=${parameters['project'] ?? ofAccount}`;
  const need = (what: 'scope' | 'location', name: string): string => {
    if (scope[what] !== '') return scope[what];
    throw invalid(`${name} is required when resourceType is '${type}'.`);
  };
  const region = () => need('location', 'Location (i.e. region)');
  const group = () => need('scope', 'Scope');
  switch (type) {
    case 'gce_instance':
      return `${project} AND metadata.user_labels."spinnaker-region"=${region()} AND metadata.user_labels."spinnaker-server-group"=${group()}`;
    case 'aws_ec2_instance':
      return ` AND resource.labels.region="aws:${region()}" AND metadata.user_labels."aws:autoscaling:groupname"=${group()}`;
    case 'gae_app': {
      const service = parameters['service'];
      const more = service === undefined ? '' : ` AND resource.labels.module_id=${service}`;
      return `${project} AND resource.labels.version_id=${group()}${more}`;
    }
    case 'k8s_container':
    case 'k8s_pod':
    case 'k8s_node':
      return project + ofParameters(parameters, LABELS['k8s']!);
    case 'gke_container':
      return project + ofParameters(parameters, LABELS['gke']!);
    case 'global':
      return '';
    default:
      throw invalid(
        `Resource type '${type}' not yet explicitly supported. If you employ a custom filter, you may use any resource type you like.`,
      );
  }
}

const USER = 'user_labels.';

function ofParameters(parameters: Record<string, string>, labels: readonly string[]): string {
  const ofResource = labels
    .filter((name) => parameters[name] !== undefined)
    .map((name) => ` AND resource.labels.${name}=${parameters[name]}`);
  const ofUser = Object.entries(parameters)
    .filter(([name]) => name.startsWith(USER))
    .map(([name, value]) => ` AND metadata.user_labels."${name.slice(USER.length)}"="${value}"`);
  return [...ofResource, ...ofUser].join('');
}

/** The newest point comes first; what is missing between them is not told. */
function readKayenta(one: Series): RangeSeries {
  const points = (Array.isArray(one['points']) ? one['points'] : []).map(readPoint).reverse();
  return {
    tags: labelsOf(one),
    points: points.map(({ startAt, endAt, value }, index) => [
      index === 0 ? startAt : endAt,
      value,
    ]),
  };
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
