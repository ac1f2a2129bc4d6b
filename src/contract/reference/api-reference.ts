import { METHODS, type Document } from '../document.ts';
import { code, table } from './markdown.ts';
import { operationSection } from './operation-section.ts';
import { schemaSection } from './schema-fields.ts';
import type { Schema } from './schema.ts';

type Full = Document & {
  info: { description: string };
  tags: { name: string; description: string }[];
  components: { schemas: Record<string, Schema> };
};

/**
 * The contract as pages of Markdown, made when they are asked for: `index`, one for each tag with its operations,
 * one for each schema. They link each other by name.
 */
export function createApiReference(document: Document) {
  const { info, tags, components } = document as Full;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
  const ofTag = (name: string) =>
    operations.filter(({ operation }) => operation.tags.includes(name));

  return {
    /** Names of the pages that a list of them should have. */
    tags: tags.map(({ name }) => name),
    index(): string {
      const sections = tags.map(({ name, description }) => {
        const rows = ofTag(name).map(({ method, path, operation }) => [
          code(`${method.toUpperCase()} ${path}`),
          (operation as { summary?: string }).summary ?? '',
        ]);
        return `## [${name}](api/${name})\n\n${description.trim()}\n\n${table(['Operation', 'What it does'], rows)}`;
      });
      const schemas = Object.keys(components.schemas).sort();
      const list = schemas.map((name) => `[${name}](api/${name})`).join(', ');
      return `# API\n\n${info.description.trim()}\n\nAll of it on one page, drawn by scripts: [the viewer](/docs/api/viewer). For programs: [openapi.yaml](/openapi.yaml), [openapi.json](/openapi.json).\n\n${sections.join('\n\n')}\n\n## Schemas\n\n${list}.\n`;
    },
    page(name: string): string | undefined {
      const tag = tags.find((one) => one.name === name);
      const linkTo = (schema: string) => schema;
      if (tag !== undefined) {
        const sections = ofTag(name).map((one) => operationSection(document, one, linkTo));
        return `# API: ${name}\n\n${tag.description.trim()}\n\nThe same in [the viewer](/docs/api/viewer-${name}), drawn by scripts.\n\n${sections.join('\n\n')}\n`;
      }
      if (!Object.hasOwn(components.schemas, name)) return undefined;
      return `# ${name}\n\n${schemaSection(components.schemas[name]!, linkTo)}\n`;
    },
  };
}

export type ApiReference = ReturnType<typeof createApiReference>;
