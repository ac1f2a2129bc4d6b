import type { components } from '../openapi.d.ts';
import { metricsOf } from './pack-metrics.ts';
import type { Pack } from './pack.ts';

/** A pack as people read it: what it wants, what it brings, what to know. */
export interface PackDescription extends Pick<
  Pack,
  'name' | 'title' | 'scope' | 'parameters' | 'detect' | 'warmup' | 'traps'
> {
  /** As a config that uses it has them. */
  metrics: components['schemas']['MetricConfig'][];
}

export function describePack(pack: Pack): PackDescription {
  const { name, title, scope, parameters, detect, warmup, traps } = pack;
  const metrics = metricsOf(pack).map((metric) => ({ ...metric, name: `${name} ${metric.name}` }));
  return { name, title, scope, parameters, detect, warmup, traps, metrics };
}
