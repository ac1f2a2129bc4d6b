import { isFormula, type MetricConfig, type SourceQuery } from '../../model/config.ts';
import type { MetricSource } from '../../sources/source.ts';
import { join, refusing, warning, type Checked } from './checked.ts';

export interface QueryTextContext {
  /** Who reads a query of a metric; throws where nobody here does. */
  sourceFor(query: SourceQuery, metric: MetricConfig): Pick<MetricSource, 'check'>;
  /** Of the windows that will be asked for, when they are known. */
  stepSeconds?: number;
}

/** A metric, and its place in the list of its config. */
export interface PlacedMetric {
  metric: MetricConfig;
  index: number;
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
  metrics: readonly PlacedMetric[],
  context: QueryTextContext,
): Promise<Checked> {
  return join(
    await Promise.all(placedQueries(metrics).map((placed) => checkText(placed, context))),
  );
}

async function checkText(
  { metric, pointer, query }: PlacedQuery,
  { sourceFor, stepSeconds }: QueryTextContext,
): Promise<Checked> {
  let source: Pick<MetricSource, 'check'>;
  try {
    source = sourceFor(query, metric);
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

function placedQueries(metrics: readonly PlacedMetric[]): PlacedQuery[] {
  return metrics.flatMap(({ metric, index }) => {
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
