import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { QueryText } from '../../model/query-text.ts';
import type { components } from '../../openapi.d.ts';

type Asked = Pick<components['schemas']['Analysis'], 'configVersion' | 'warnings' | 'queries'>;

/** What was asked, as it was understood: parts that have nothing to say are left out. */
export function formatAsked(
  { configVersion, warnings }: AnalysisSnapshot,
  queries: readonly QueryText[],
): Asked {
  return {
    ...(configVersion === undefined ? {} : { configVersion }),
    ...(warnings === undefined ? {} : { warnings }),
    ...(queries.length === 0 ? {} : { queries: [...queries] }),
  };
}
