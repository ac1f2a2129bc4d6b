import { readFileSync } from 'node:fs';
import written from '../openapi.json' with { type: 'json' };

export type Method = 'get' | 'post' | 'put' | 'delete';
export const METHODS: readonly Method[] = ['get', 'post', 'put', 'delete'];

export interface ParameterObject {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: object;
}
interface MediaTypes {
  content?: Record<string, { schema: object }>;
}
export interface OperationObject {
  operationId: string;
  tags: string[];
  security?: object[];
  parameters?: (ParameterObject | { $ref: string })[];
  requestBody?: MediaTypes;
  responses: Record<string, MediaTypes | { $ref: string }>;
}
export type Document = { paths: Record<string, Partial<Record<Method, OperationObject>>> };

const CONTRACT_FILES = ['../../openapi.yaml', '../../../openapi.yaml']; // from src/contract/ and from dist/src/contract/

/**
 * The contract as it was generated from `openapi.yaml`, like its types: reading YAML would be a third of a start.
 * Ajv reads the tags of a choice itself and refuses the mapping that OpenAPI wants; its words are for messages.
 */
export function readDocument(): Document {
  return withoutMapping(written) as Document;
}

function withoutMapping(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutMapping);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'discriminator' ? withKnown(item as object) : withoutMapping(item),
    ]),
  );
}

function withKnown({ mapping = {}, ...tag }: { mapping?: object }): object {
  return { ...tag, known: Object.keys(mapping) };
}

/** `openapi.yaml` as JSON. */
export const contractJson = (): unknown => written;

/** The text of `openapi.yaml` itself. */
export function contractText(): string {
  for (const file of CONTRACT_FILES) {
    try {
      return readFileSync(new URL(file, import.meta.url), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('openapi.yaml is missing from this installation');
}

/** What a reference of the document, or a value that may be one, stands for. */
export function resolve<T extends object>(document: Document, value: T | { $ref: string }): T {
  if (!('$ref' in value)) return value;
  const steps = value.$ref.slice(2).split('/');
  return steps.reduce<unknown>(
    (node, step) => (node as Record<string, unknown>)[step],
    document,
  ) as T;
}
