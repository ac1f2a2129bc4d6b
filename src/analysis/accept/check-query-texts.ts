import {
  isFormula,
  type CanaryConfig,
  type MetricConfig,
  type SourceQuery,
} from '../../model/config.ts';
import type { Sources } from '../../sources/registry.ts';
import type { MetricSource } from '../../sources/source.ts';
import { sourceOf } from '../run/series-requests.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

export interface QueryTextContext {
  sources: Sources;
  /** Default account of the request. */
  account?: string | undefined;
  /** Of the windows that will be asked for, when they are known. */
  stepSeconds?: number;
}

/** A query of a config, and where it stands in its document. */
interface PlacedQuery {
  metric: MetricConfig;
  pointer: string;
  query: SourceQuery;
}

/**
 * What the sources can tell of the queries' texts before anything is filled in or asked. A source that nobody
 * configured here is a warning: another service may have it, and an analysis is refused in any case.
 */
export async function checkQueryTexts(
  config: CanaryConfig,
  context: QueryTextContext,
): Promise<Checked> {
  return join(await Promise.all(placedQueries(config).map((placed) => checkText(placed, context))));
}

async function checkText(
  { metric, pointer, query }: PlacedQuery,
  { sources, account, stepSeconds }: QueryTextContext,
): Promise<Checked> {
  let source: MetricSource;
  try {
    source = sourceOf(query, metric, account, sources);
  } catch (error) {
    return warning(pointer, (error as Error).message);
  }
  const problems = (await source.check?.(query, stepSeconds)) ?? [];
  return join(
    problems.map(({ severity, message }) => {
      const tell = severity === 'error' ? refusing : warning;
      return tell(pointer, `metric "${metric.name}", ${message}`);
    }),
  );
}

function placedQueries({ metrics }: CanaryConfig): PlacedQuery[] {
  return metrics.flatMap((metric, index) => {
    const at = `/metrics/${index}`;
    const values = isFormula(metric.query)
      ? Object.entries(metric.query.queries).map(([name, query]) => ({
          metric,
          pointer: `${at}/queries/${name}`,
          query,
        }))
      : [{ metric, pointer: `${at}/query`, query: metric.query }];
    if (metric.exposure === undefined) return values;
    return [...values, { metric, pointer: `${at}/exposure`, query: metric.exposure }];
  });
}
