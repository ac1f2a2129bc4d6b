import { code } from './markdown.ts';
import { nameOfReference, type LinkTo, type Schema } from './schema.ts';

/** What a value may be, in a few words of Markdown: "list of [Metric](Metric), 1 to 100". */
export function schemaType(schema: Schema, linkTo: LinkTo): string {
  const { $ref, oneOf, anyOf } = schema;
  if ($ref !== undefined) {
    const name = nameOfReference($ref);
    return `[${name}](${linkTo(name)})`;
  }
  const choices = oneOf ?? anyOf;
  if (choices !== undefined) {
    return [...new Set(choices.map((choice) => schemaType(choice, linkTo)))].join(' or ');
  }
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((one) => code(String(one))).join(', ');
  const types = [schema.type ?? 'any value'].flat();
  return types.map((type) => nameOfType(type, schema, linkTo)).join(' or ') + boundsOf(schema);
}

function nameOfType(type: string, schema: Schema, linkTo: LinkTo): string {
  if (type === 'array') {
    if (schema.items === undefined) return 'list';
    return `list of ${schemaType(schema.items, linkTo)}`;
  }
  if (type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of ${schemaType(schema.additionalProperties, linkTo)}`;
  }
  if (type === 'string' && schema.format !== undefined) return `string, ${schema.format}`;
  return type;
}

function boundsOf(schema: Schema): string {
  const bounds = [
    range(schema.minItems, schema.maxItems, ' items'),
    range(schema.minLength === 1 ? undefined : schema.minLength, schema.maxLength, ' characters'),
    range(schema.minimum, schema.maximum, ''),
    schema.exclusiveMinimum !== undefined && `above ${schema.exclusiveMinimum}`,
    schema.exclusiveMaximum !== undefined && `below ${schema.exclusiveMaximum}`,
    schema.pattern !== undefined && `like ${code(schema.pattern)}`,
  ].filter((bound) => bound !== false);
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`;
}

function range(least: number | undefined, most: number | undefined, unit: string): string | false {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (least !== undefined) return `at least ${least}${unit}`;
  return most !== undefined && `at most ${most}${unit}`;
}
