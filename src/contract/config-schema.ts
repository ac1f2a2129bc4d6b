import type { Document } from './document.ts';

const PREFIX = '#/components/schemas/';
const ROOT = 'CanaryConfig';

/** JSON Schema (2020-12) of a native config, for editors: the contract's own, with all it refers to. */
export function configSchemaOf(document: Document): Record<string, unknown> {
  const { schemas } = (document as unknown as { components: { schemas: Record<string, object> } })
    .components;
  const defs: Record<string, unknown> = {};
  const collect = (name: string) => {
    if (Object.hasOwn(defs, name)) return;
    defs[name] = {}; // stands there already where it refers to itself
    const schema = schemas[name]!;
    defs[name] = forEditors(schema);
    for (const other of referencesOf(schema)) collect(other);
  };
  collect(ROOT);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Config of Canary Verdict',
    $ref: `#/$defs/${ROOT}`,
    $defs: defs,
  };
}

function referencesOf(schema: object): string[] {
  const text = JSON.stringify(schema);
  return [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
}

/** Without what only OpenAPI knows, and with references that lead inside this schema. */
function forEditors(value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith(PREFIX) ? value.replace(PREFIX, '#/$defs/') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(forEditors);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !(key === 'discriminator' && 'propertyName' in (item as object)))
      .map(([key, item]) => [key, forEditors(item)]),
  );
}
