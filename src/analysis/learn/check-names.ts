import type { CanaryConfig } from '../../model/config.ts';
import type { components } from '../../openapi.d.ts';
import { invalidRequest } from '../accept/invalid-request.ts';

type Schemas = components['schemas'];

/** Refuses history of a metric that the config does not have. */
export function checkNames(pairs: Schemas['SeriesPair'][], config: CanaryConfig): void {
  const names = new Set(config.metrics.map(({ name }) => name));
  const violations = pairs.flatMap(({ metric }, index) =>
    names.has(metric)
      ? []
      : [{ pointer: `/pairs/${index}/metric`, message: `the config has no metric "${metric}"` }],
  );
  if (violations.length > 0) throw invalidRequest(violations);
}
