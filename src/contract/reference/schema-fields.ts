import { block, code, table } from './markdown.ts';
import { schemaType } from './schema-type.ts';
import type { LinkTo, Schema } from './schema.ts';

/** What a named schema is, as Markdown: its description, then its fields, or what it may be; an example. */
export function schemaSection(schema: Schema, linkTo: LinkTo): string {
  const rows = fieldsOf(schema, linkTo);
  const [example] = schema.examples ?? [];
  return [
    schema.description?.trim(),
    rows.length > 0
      ? table(['Field', 'Type', 'Meaning'], rows)
      : `Type: ${schemaType(schema, linkTo)}.`,
    example !== undefined && block('json', JSON.stringify(example, null, 2)),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

/** A row for each field; those of objects without a name of their own follow, as `window.step`. */
function fieldsOf(schema: Schema, linkTo: LinkTo, before = ''): string[][] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${before}${name}`;
    const inner = field.items ?? field;
    const deeper = field.items === undefined ? `${path}.` : `${path}[].`;
    return [
      [code(path), schemaType(field, linkTo), meaningOf(field, required.includes(name))],
      ...fieldsOf(inner, linkTo, deeper),
    ];
  });
}

function meaningOf(field: Schema, isRequired: boolean): string {
  const said = field.description?.trim() ?? '';
  const usual =
    field.default === undefined ? '' : `Default ${code(JSON.stringify(field.default))}.`;
  return [isRequired ? '**Required.**' : '', said, usual].filter((part) => part !== '').join(' ');
}
