import type { components } from '../openapi.d.ts';
import { expandPacks, type Expanded } from './expand-packs.ts';

/** The config with the metrics of the packs it uses; who uses none does not pay for their texts. */
export async function expandConfig(
  config: components['schemas']['CanaryConfig'],
): Promise<Expanded> {
  if ((config.use ?? []).length === 0) return expandPacks(config, []);
  const { PACKS } = await import('./catalog.ts');
  return expandPacks(config, PACKS);
}
