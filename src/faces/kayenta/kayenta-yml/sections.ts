import { badKey } from '../../../settings/setting.ts';
import type { SpringProperties } from './spring-properties.ts';

/** Sections whose accounts are stores of Kayenta's; here they are names of the one store there is. */
export const STORES = ['aws', 'google', 'azure', 'memory', 'configbin'];
const STORE_TYPES = ['OBJECT_STORE', 'CONFIGURATION_STORE'];

/** A name that means our own store. */
export interface StoreName {
  name: string;
  supportedTypes: string[];
}

export function readStores(properties: SpringProperties, section: string): StoreName[] {
  if (!isEnabled(properties, section)) return [];
  return properties.items(`kayenta.${section}.accounts`).flatMap((key) => {
    const supportedTypes = properties
      .texts(`${key}.supportedTypes`)
      .filter((type) => STORE_TYPES.includes(type));
    const name = requireText(properties, `${key}.name`);
    return supportedTypes.length === 0 ? [] : [{ name, supportedTypes }];
  });
}

/** Kayenta ignores everything in a section that is not enabled. */
export function isEnabled(properties: SpringProperties, section: string): boolean {
  return properties.flag(`kayenta.${section}.enabled`) === true;
}

export function requireText(properties: SpringProperties, key: string): string {
  const value = properties.text(key);
  if (value !== undefined) return value;
  throw badKey(key, 'is missing');
}
