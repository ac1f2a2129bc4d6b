import type { Violation } from '../errors.ts';
import { createLenientReader, type LenientSchema } from './lenient-reader.ts';

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
  resolve: (reference: string) => LenientSchema,
): LenientRequest {
  const read = createLenientReader(resolve);
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
  const body =
    operation.body === undefined
      ? undefined
      : read(operation.body, raw.body, { pointer: '', violations });
  return {
    parameters: Object.fromEntries(parameters.filter(([, value]) => value !== undefined)),
    body,
    violations,
  };
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function splitList(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
}
