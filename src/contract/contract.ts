import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Violation } from '../errors.ts';
import { boundErrors } from './bound-errors.ts';
import { configSchemaOf } from './config-schema.ts';
import {
  contractJson,
  contractText,
  METHODS,
  readDocument,
  resolve,
  type Document,
  type Method,
  type OperationObject,
  type ParameterObject,
} from './document.ts';
import { createApiReference, type ApiReference } from './reference/api-reference.ts';
import { addTimeFormats } from './time-formats.ts';
import {
  readLeniently,
  type LenientParameter,
  type LenientRequest,
  type RawRequest,
} from './lenient-operation.ts';
import { createLenientReader, type LenientSchema } from './lenient-reader.ts';
import { escapePointer, MAX_VIOLATIONS, violationsOf } from './schema-violations.ts';

export interface Operation {
  id: string;
  method: Method;
  /** As written in the contract: `/api/v1/analyses/{id}`. */
  path: string;
  /** What it belongs to. */
  tags: readonly string[];
  /** Security schemes by which a caller may show who it is; none where nobody needs to. */
  accepts: readonly string[];
  /** Media type of its request body, when it has one. */
  bodyType: string | undefined;
}

/** Text values of a request's parameters as they came in, by name. */
export interface RawParameters {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
}

export interface Contract {
  /** The text of `openapi.yaml` itself. */
  text(): string;
  /** `openapi.yaml` as JSON. */
  json(): unknown;
  /** It as pages for people. */
  reference: ApiReference;
  /** JSON Schema of a native config. */
  configSchema(): Record<string, unknown>;
  operations: Operation[];
  /** The broken rules of a request body, the first 100 of them; so too below. */
  checkBody(operationId: string, body: unknown): Violation[];
  /** Parameters coerced to their types, with defaults; or every broken rule. */
  readParameters(
    operationId: string,
    raw: RawParameters,
  ): { values: Record<string, unknown>; violations: Violation[] };
  /** Parameters and body as a face reads them whose clients send more and other than they should. */
  readLeniently(operationId: string, raw: RawRequest): LenientRequest;
  /** A value of a named schema as such a face reads it. */
  readSchemaLeniently(name: string, value: unknown): { value: unknown; violations: Violation[] };
  /** Every way in which an answer breaks the contract; an undocumented status is one. */
  checkAnswer(
    operationId: string,
    answer: { status: number; contentType: string; body: unknown },
  ): Violation[];
  /** Every broken rule of a value of a named schema. */
  checkSchema(name: string, value: unknown): Violation[];
}

const DOCUMENT = 'openapi';
/** A wrong value has an error for each branch that it might have meant. */
const MAX_ERRORS_PER_LOOP = 10 * MAX_VIOLATIONS;

/** Loads the contract once; validators are compiled when first needed. */
export function loadContract(): Contract {
  const document = readDocument();
  const ajvOf = cached((kind: 'strict' | 'coercing') => createAjv(document, kind === 'coercing'));
  const places = listOperations(document);

  const validatorAt = cached((pointer: string) =>
    ajvOf('strict').compile({ $ref: `${DOCUMENT}#${pointer}` }),
  );
  const parameterSchema = cached((id: string) =>
    ajvOf('coercing').compile(parametersSchema(document, placeOf(places, id))),
  );

  const lenient = createLenientReader(($ref) => resolve<LenientSchema>(document, { $ref }));

  return {
    text: contractText,
    json: contractJson,
    reference: createApiReference(document),
    configSchema: () => configSchemaOf(document),
    operations: places.map((place) => place.operation),
    checkBody(id, body) {
      const { pointer, operation } = placeOf(places, id);
      return violationsOf(
        validatorAt(
          `${pointer}/requestBody/content/${escapePointer(operation.bodyType ?? '')}/schema`,
        ),
        body,
      );
    },
    readParameters(id, raw) {
      const values = { path: { ...raw.path }, query: { ...raw.query }, header: { ...raw.header } };
      const violations = violationsOf(parameterSchema(id), values).map(({ pointer, message }) => ({
        pointer: pointer.split('/').slice(2).join('/') || pointer,
        message,
      }));
      return { values: { ...values.header, ...values.query, ...values.path }, violations };
    },
    readLeniently(id, raw) {
      const { object, operation } = placeOf(places, id);
      const body = object.requestBody?.content?.[operation.bodyType ?? '']?.schema;
      const wanted = {
        parameters: (object.parameters ?? []).map((parameter): LenientParameter =>
          resolve(document, parameter),
        ),
        ...(body === undefined ? {} : { body }),
      };
      return readLeniently(wanted, raw, lenient);
    },
    readSchemaLeniently(name, value) {
      const violations: Violation[] = [];
      const schema = { $ref: `#/components/schemas/${name}` };
      return { value: lenient(schema, value, { pointer: '', violations }), violations };
    },
    checkAnswer(id, answer) {
      const pointer = answerPointer(document, placeOf(places, id), answer);
      if (pointer.violation !== undefined) return [pointer.violation];
      return pointer.schema === undefined
        ? []
        : violationsOf(validatorAt(pointer.schema), answer.body);
    },
    checkSchema: (name, value) => violationsOf(validatorAt(`/components/schemas/${name}`), value),
  };
}

function createAjv(document: Document, coerce: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true, // carries the parent schema, for "did you mean"
    strict: false,
    discriminator: true,
    validateSchema: false,
    coerceTypes: coerce ? 'array' : false,
    useDefaults: coerce,
    code: { process: (code) => boundErrors(code, MAX_ERRORS_PER_LOOP) },
  });
  (addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv);
  addTimeFormats(ajv);
  ajv.addSchema(document, DOCUMENT);
  return ajv;
}

interface Place {
  operation: Operation;
  object: OperationObject;
  /** JSON pointer of the operation in the document. */
  pointer: string;
}

function listOperations(document: Document): Place[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const object = item[method];
      if (object === undefined) return [];
      const bodyType = Object.keys(object.requestBody?.content ?? {})[0];
      const operation = {
        id: object.operationId,
        method,
        path,
        tags: object.tags,
        accepts: (object.security ?? []).flatMap((scheme) => Object.keys(scheme)),
        bodyType,
      };
      return [{ operation, object, pointer: `/paths/${escapePointer(path)}/${method}` }];
    }),
  );
}

function placeOf(places: Place[], id: string): Place {
  const place = places.find(({ operation }) => operation.id === id);
  if (place === undefined) throw new Error(`the contract has no operation "${id}"`);
  return place;
}

/** One schema for all parameters of an operation, so that defaults and coercion happen in one pass. */
function parametersSchema(document: Document, place: Place): object {
  const parameters = (place.object.parameters ?? []).map((parameter) =>
    resolve(document, parameter),
  );
  const group = (where: ParameterObject['in'], closed: boolean) => {
    const own = parameters.filter((parameter) => parameter.in === where);
    const nameOf = ({ name }: ParameterObject) => (where === 'header' ? name.toLowerCase() : name);
    return {
      type: 'object',
      additionalProperties: !closed,
      required: own.filter(({ required }) => required === true).map(nameOf),
      properties: Object.fromEntries(
        own.map((parameter) => [nameOf(parameter), rooted(parameter.schema)]),
      ),
    };
  };
  return {
    type: 'object',
    properties: {
      path: group('path', true),
      query: group('query', true),
      header: group('header', false),
    },
  };
}

/** Local references of a schema that is compiled outside its document get the document's name. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${DOCUMENT}#/`)) as object;
}

function answerPointer(
  document: Document,
  place: Place,
  answer: { status: number; contentType: string },
): { schema?: string; violation?: Violation } {
  const listed = place.object.responses[String(answer.status)];
  if (listed === undefined) {
    return {
      violation: {
        pointer: '',
        message: `status ${answer.status} is not documented for ${place.operation.id}`,
      },
    };
  }
  const base =
    '$ref' in listed ? listed.$ref.slice(1) : `${place.pointer}/responses/${answer.status}`;
  const content = resolve(document, listed).content;
  if (content === undefined) return {};
  const type = answer.contentType.split(';')[0]!.trim();
  if (content[type] === undefined) {
    return {
      violation: {
        pointer: '',
        message: `content type ${type} is not documented for status ${answer.status}`,
      },
    };
  }
  return { schema: `${base}/content/${escapePointer(type)}/schema` };
}

function cached<Key extends string, T>(make: (key: Key) => T): (key: Key) => T {
  const made = new Map<Key, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(key);
    made.set(key, fresh);
    return fresh;
  };
}
