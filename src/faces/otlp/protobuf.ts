import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Fault } from '../../errors.ts';

type Scalar =
  'text' | 'bool' | 'double' | 'uint32' | 'sint32' | 'int64' | 'uint64' | 'fixed64' | 'sfixed64';

/** Name, kind, and whether it may stand several times; a kind is a scalar, or another message. */
type Field = readonly [string, Scalar | (() => Message), 'many'?];
type Message = Readonly<Record<number, Field>>;

/** Numbers and names of opentelemetry-proto 1.x (metrics, common, resource); what is not read here is left out. */
const VALUE: Message = {
  1: ['stringValue', 'text'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => ({ 1: ['values', () => VALUE, 'many'] })],
  6: ['kvlistValue', () => ({})],
};
const ATTRIBUTE: Message = { 1: ['key', 'text'], 2: ['value', () => VALUE] };
const TIMES: Message = { 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'] };
const NUMBER: Message = {
  ...TIMES,
  4: ['asDouble', 'double'],
  6: ['asInt', 'sfixed64'],
  7: ['attributes', () => ATTRIBUTE, 'many'],
  8: ['flags', 'uint32'],
};
const HISTOGRAM: Message = {
  ...TIMES,
  4: ['count', 'fixed64'],
  6: ['bucketCounts', 'fixed64', 'many'],
  7: ['explicitBounds', 'double', 'many'],
  9: ['attributes', () => ATTRIBUTE, 'many'],
  10: ['flags', 'uint32'],
};
const BUCKETS: Message = { 1: ['offset', 'sint32'], 2: ['bucketCounts', 'uint64', 'many'] };
const EXPONENTIAL: Message = {
  ...TIMES,
  1: ['attributes', () => ATTRIBUTE, 'many'],
  4: ['count', 'fixed64'],
  6: ['scale', 'sint32'],
  7: ['zeroCount', 'fixed64'],
  8: ['positive', () => BUCKETS],
  9: ['negative', () => BUCKETS],
  10: ['flags', 'uint32'],
};
const pointsOf = (point: Message): Message => ({
  1: ['dataPoints', () => point, 'many'],
  2: ['aggregationTemporality', 'uint32'],
  3: ['isMonotonic', 'bool'],
});
const METRIC: Message = {
  1: ['name', 'text'],
  5: ['gauge', () => pointsOf(NUMBER)],
  7: ['sum', () => pointsOf(NUMBER)],
  9: ['histogram', () => pointsOf(HISTOGRAM)],
  10: ['exponentialHistogram', () => pointsOf(EXPONENTIAL)],
  11: ['summary', () => pointsOf(TIMES)],
};
const RESOURCE_METRICS: Message = {
  1: ['resource', () => ({ 1: ['attributes', () => ATTRIBUTE, 'many'] })],
  2: ['scopeMetrics', () => ({ 2: ['metrics', () => METRIC, 'many'] }), 'many'],
};
const REQUEST: Message = { 1: ['resourceMetrics', () => RESOURCE_METRICS, 'many'] };

/** Values of attributes may hold values. */
const MAX_DEPTH = 30;

/** An `ExportMetricsServiceRequest` in the form that its JSON mapping has. Fault `invalid-request` where it is none. */
export function decodeMetrics(bytes: Uint8Array): Record<string, unknown> {
  try {
    const reader = new BinaryReader(bytes);
    return readMessage(reader, reader.len, REQUEST, 0);
  } catch (error) {
    const why = 'the request body is no ExportMetricsServiceRequest in protobuf';
    throw new Fault('invalid-request', why, { cause: error });
  }
}

/** An `ExportMetricsServiceResponse`. */
export function encodeAnswer(rejected: number, message: string): Uint8Array {
  const writer = new BinaryWriter();
  if (rejected === 0 && message === '') return writer.finish();
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int64(rejected);
  writer.tag(2, WireType.LengthDelimited).string(message);
  return writer.join().finish();
}

function readMessage(
  reader: BinaryReader,
  end: number,
  message: Message,
  depth: number,
): Record<string, unknown> {
  if (depth > MAX_DEPTH || end > reader.len)
    throw new RangeError('a message that is too deep or too long');
  const found: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = message[number];
    if (field === undefined) {
      reader.skip(wireType);
      continue;
    }
    const [name, kind, many] = field;
    const values = readField(reader, { wireType, kind, depth });
    if (many === undefined) {
      found[name] = values.at(-1);
      continue;
    }
    const list = (found[name] ??= []) as unknown[];
    for (const value of values) list.push(value);
  }
  return found;
}

/** A list of scalars may stand in one piece. */
function readField(
  reader: BinaryReader,
  { wireType, kind, depth }: { wireType: WireType; kind: Field[1]; depth: number },
): unknown[] {
  if (typeof kind === 'function') {
    const length = reader.uint32();
    return [readMessage(reader, reader.pos + length, kind(), depth + 1)];
  }
  if (wireType !== WireType.LengthDelimited || kind === 'text') return [readScalar(reader, kind)];
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a list that is too long');
  const values: unknown[] = [];
  while (reader.pos < end) values.push(readScalar(reader, kind));
  return values;
}

function readScalar(reader: BinaryReader, kind: Scalar): unknown {
  if (kind === 'text') return reader.string();
  const value = reader[kind]();
  return typeof value === 'bigint' ? String(value) : value;
}
