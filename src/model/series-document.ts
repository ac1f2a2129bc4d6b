import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { damaged, decodeDocument, encodeDocument } from './document.ts';

const HEADER_BYTES = 4;
/** A sum over the content, so that a damaged file never shows other numbers. */
const WITH_CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** Fewer are written as they are: compressing costs as much for ten as for ten thousand, and saves little. */
const COMPRESSED_FROM = 4096;
/** In front of what is not compressed, where a zstd frame has a mark of its own; then its CRC-32. */
const PLAIN_MARK = 0x6e616c70;
const PLAIN_BYTES = 8;

/**
 * Plain data that are mostly lists of numbers, as few bytes: a document in which each list is a reference
 * `{"$numbers": [first, count]}` into the numbers that follow it as doubles, little-endian; all of it
 * compressed (zstd) unless it is small. The list sets it apart from user maps, which hold strings only.
 */
export function encodeSeries(value: unknown): Uint8Array<ArrayBuffer> {
  const numbers: number[] = [];
  const text = encodeDocument(refer(value, numbers));
  const header = Buffer.from(text);
  const bytes = Buffer.alloc(HEADER_BYTES + header.length + numbers.length * 8);
  bytes.writeUInt32LE(header.length);
  header.copy(bytes, HEADER_BYTES);
  const view = viewOf(bytes, HEADER_BYTES + header.length);
  for (let i = 0; i < numbers.length; i++) view.setFloat64(i * 8, numbers[i]!, true);
  return new Uint8Array(
    bytes.length < COMPRESSED_FROM ? plain(bytes) : zstdCompressSync(bytes, WITH_CHECKSUM),
  );
}

export function decodeSeries<T>(encoded: Uint8Array): T {
  const bytes = unpack(Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength));
  const start = HEADER_BYTES + bytes.readUInt32LE();
  const document = decodeDocument<unknown>(bytes.toString('utf8', HEADER_BYTES, start));
  const view = viewOf(bytes, start);
  return resolve(document, (first, count) => {
    const list: number[] = [];
    for (let i = 0; i < count; i++) list.push(view.getFloat64((first + i) * 8, true));
    return list;
  }) as T;
}

function plain(bytes: Buffer): Buffer {
  const front = Buffer.alloc(PLAIN_BYTES);
  front.writeUInt32LE(PLAIN_MARK);
  front.writeUInt32LE(crc32(bytes), 4);
  return Buffer.concat([front, bytes]);
}

function unpack(given: Buffer): Buffer {
  try {
    if (given.readUInt32LE() !== PLAIN_MARK) return zstdDecompressSync(given);
    const bytes = given.subarray(PLAIN_BYTES);
    if (given.readUInt32LE(4) === crc32(bytes)) return bytes;
    throw new Error('the checksum of stored series is wrong');
  } catch (thrown) {
    throw damaged(thrown);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer, start: number): DataView {
  return new DataView(buffer, byteOffset + start, byteLength - start);
}

function refer(value: unknown, numbers: number[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return mapMembers(value, (item) => refer(item, numbers));
  const isNumbers = value.length > 0 && value.every((item) => typeof item === 'number');
  if (!isNumbers) return value.map((item) => refer(item, numbers));
  const first = numbers.length;
  for (const number of value) numbers.push(number);
  return { $numbers: [first, value.length] };
}

function resolve(value: unknown, listAt: (first: number, count: number) => number[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, listAt));
  if ('$numbers' in value && Array.isArray(value.$numbers)) {
    const [first, count] = value.$numbers as [number, number];
    return listAt(first, count);
  }
  return mapMembers(value, (item) => resolve(item, listAt));
}

function mapMembers(value: object, change: (item: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
