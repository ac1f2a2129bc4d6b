import { resolve, type Document, type Method, type OperationObject } from '../document.ts';
import { block, code, table } from './markdown.ts';
import { schemaType } from './schema-type.ts';
import type { LinkTo, Schema } from './schema.ts';

/** What the reference tells of an operation beyond what validation needs. */
type Operation = OperationObject & { summary: string; description?: string };
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}
interface Example {
  summary?: string;
  value: unknown;
}
type Content = Record<string, { schema: Schema; example?: unknown; examples?: object }>;
interface Body {
  description?: string;
  content?: Content;
}

/** One operation as Markdown: who may call it, what it takes, what it answers. */
export function operationSection(
  document: Document,
  { method, path, operation }: { method: Method; path: string; operation: OperationObject },
  linkTo: LinkTo,
): string {
  const { summary, description, security = [], requestBody } = operation as Operation;
  const parts = [
    `## ${summary}`,
    block('http', `${method.toUpperCase()} ${path}`),
    description?.trim(),
    whoMayCall(security),
    parametersOf(document, operation, linkTo),
    bodyOf(requestBody, linkTo),
    answersOf(document, operation, linkTo),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function whoMayCall(security: readonly object[]): string {
  const ways = security.flatMap((way) => Object.keys(way));
  if (ways.length === 0) return 'Needs no token.';
  return `Where the service has tokens, needs one of: ${ways.map(code).join(', ')}.`;
}

function parametersOf(document: Document, { parameters }: OperationObject, linkTo: LinkTo) {
  if (parameters === undefined || parameters.length === 0) return undefined;
  const rows = parameters.map((written) => {
    const parameter = resolve(document, written) as Parameter;
    const { name, schema, required, description = '' } = parameter;
    const usual =
      schema.default === undefined ? '' : ` Default ${code(JSON.stringify(schema.default))}.`;
    return [
      code(name),
      parameter.in,
      schemaType(schema, linkTo),
      `${required === true && parameter.in !== 'path' ? '**Required.** ' : ''}${description}${schema.default === '' ? '' : usual}`,
    ];
  });
  return table(['Parameter', 'In', 'Type', 'Meaning'], rows);
}

function bodyOf(body: Body | undefined, linkTo: LinkTo): string | undefined {
  if (body?.content === undefined) return undefined;
  const types = Object.entries(body.content);
  const lines = types.map(([type, { schema }]) => `- ${code(type)}: ${schemaType(schema, linkTo)}`);
  const [, first] = types[0]!;
  const examples = Object.values((first.examples ?? {}) as Record<string, Example>).map(
    ({ summary = 'Example', value }) =>
      `${summary}:\n\n${block('json', typeof value === 'string' ? value : JSON.stringify(value, null, 2))}`,
  );
  return ['Takes:', lines.join('\n'), ...examples].join('\n\n');
}

function answersOf(document: Document, { responses }: OperationObject, linkTo: LinkTo): string {
  const rows = Object.entries(responses).map(([status, written]) => {
    const { description = '', content = {} } = resolve(document, written) as Body;
    const kinds = Object.entries(content).map(
      ([type, { schema }]) => `${code(type)}: ${schemaType(schema, linkTo)}`,
    );
    return [status, description, kinds.join('; ')];
  });
  return table(['Status', 'Meaning', 'Body'], rows);
}
