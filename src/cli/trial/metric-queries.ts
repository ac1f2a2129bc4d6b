import type { components } from '../../openapi.d.ts';

type Schemas = components['schemas'];

/** One query of a metric. */
export interface MetricQuery {
  metric: string;
  /** What it is beside the metric itself: `exposure`, or its name in a formula; empty for the plain one. */
  part: string;
  query: Schemas['Query'];
  account?: string;
  unit?: string;
}

/** Every query of a metric, in the order in which they stand there; series of a request have none to ask. */
export function queriesOfMetric(metric: Schemas['MetricConfig']): MetricQuery[] {
  const { name, query, exposure, queries = {}, account, unit } = metric;
  const of = (part: string, one: Schemas['Query'] | undefined): MetricQuery[] =>
    one === undefined || one.source === 'inline'
      ? []
      : [
          {
            metric: name,
            part,
            query: one,
            ...(account === undefined ? {} : { account }),
            ...(unit === undefined || part !== '' ? {} : { unit }),
          },
        ];
  return [
    ...of('', query),
    ...of('exposure', exposure),
    ...Object.entries(queries).flatMap(([part, one]) => of(part, one)),
  ];
}
