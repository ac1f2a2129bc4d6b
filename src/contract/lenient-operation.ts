import type { Violation } from '../errors.ts';
import type { LenientSchema, ReadLeniently } from './lenient-reader.ts';

export interface LenientParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: LenientSchema;
}

export interface LenientOperation {
  parameters: LenientParameter[];
  /** Schema of the request body, where the operation has one. */
  body?: LenientSchema;
}

export interface RawRequest {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  body?: unknown;
  /** The same body with its numbers as they were written (`parseJsonAsWritten`), where a text needs that. */
  bodyAsWritten?: () => unknown;
}

export interface LenientRequest {
  parameters: Record<string, unknown>;
  body: unknown;
  violations: Violation[];
}

/** Parameters and body of one request; unknown ones are ignored, and lists may be written with commas. */
export function readLeniently(
  operation: LenientOperation,
  raw: RawRequest,
  read: ReadLeniently,
): LenientRequest {
  const violations: Violation[] = [];
  const parameters = operation.parameters.map((parameter) => {
    const { name, schema, required } = parameter;
    const given = raw[parameter.in][name];
    const wanted = schema.type === 'array' ? splitList(given) : first(given);
    const value = read(schema, wanted, { pointer: name, violations });
    const isKnown = violations.some(({ pointer }) => pointer === name);
    if (required === true && value === undefined && !isKnown) {
      violations.push({ pointer: name, message: `Required parameter '${name}' is not present.` });
    }
    return [name, value];
  });
  const body = readBody(operation.body, raw, read);
  return {
    parameters: Object.fromEntries(parameters.filter(([, value]) => value !== undefined)),
    body: body.value,
    violations: [...violations, ...body.violations],
  };
}

/** Few bodies have a number where a text is wanted, so the text of numbers is looked up only for those. */
function readBody(
  schema: LenientSchema | undefined,
  { body, bodyAsWritten }: RawRequest,
  read: ReadLeniently,
): { value: unknown; violations: Violation[] } {
  if (schema === undefined) return { value: undefined, violations: [] };
  const place = { pointer: '', violations: [] as Violation[], wantsWritten: false };
  const value = read(schema, body, place);
  if (!place.wantsWritten || bodyAsWritten === undefined)
    return { value, violations: place.violations };
  const violations: Violation[] = [];
  return { value: read(schema, bodyAsWritten(), { pointer: '', violations }), violations };
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function splitList(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
}
