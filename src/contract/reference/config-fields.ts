import { schemaSection } from './schema-fields.ts';
import type { Schema } from './schema.ts';

/** docs/reference/config-fields.md, to be formatted: every field of a config by its JSON Schema. */
export function renderConfigFields(schema: Record<string, unknown>): string {
  const named = Object.entries(schema['$defs'] as Record<string, Schema>);
  const sections = named.map(
    ([name, one]) => `## ${name}\n\n${schemaSection(one, (other) => `#${other.toLowerCase()}`)}`,
  );
  return `# Fields of a config

A config is a [CanaryConfig](#canaryconfig). \`canary schema\` prints the JSON Schema that this page is written from by
\`npm run generate\`; [Configs](configs.md) tells how they are checked, stored and shared.

${sections.join('\n\n')}
`;
}
